namespace Cafeteria.Tests.History;

internal enum Ask
{
    /// <summary>Answer null: taken. Else it was refused, and this many were there.</summary>
    Take,

    /// <summary>A cancelled order's portions. They come back at some moment after it was asked for.</summary>
    GiveBack,

    /// <summary>Answer: how many there are afterwards.</summary>
    Receive,

    /// <summary>Answer: how many there are.</summary>
    Read,
}

/// <summary>A question about one dish's portions and its answer, with the moments between which it was decided.</summary>
internal sealed record Operation(Ask Ask, int Quantity, int? Answer, long Asked, long Answered)
{
    /// <summary>How many there are after it, if it was decided while there were <paramref name="onHand"/>; null: the answer belies that.</summary>
    public int? After(int onHand) => Ask switch
    {
        Ask.Take when Answer is null => onHand >= Quantity ? onHand - Quantity : null,
        Ask.Take => onHand < Quantity && onHand == Answer ? onHand : null,
        Ask.GiveBack => onHand + Quantity,
        Ask.Receive => onHand + Quantity == Answer ? Answer : null,
        _ => onHand == Answer ? onHand : null,
    };
}

/// <summary>
/// Whether a concurrent history could be that of one counter that never goes below zero: whether every operation can be
/// given one moment between its question and its answer so that, one after the other, all answers are right. The search is
/// Wing and Gong's, with Lowe's memory of what was tried: a set of operations done and a count is never looked at twice.
/// </summary>
internal static class Portions
{
    private const int Most = 64;

    public static bool AreLinearizable(IReadOnlyCollection<Operation> history, int onHand)
    {
        if (history.Count > Most)
            throw new ArgumentException($"{Most} operations at most, not {history.Count}.", nameof(history));
        var operations = history.OrderBy(operation => operation.Asked).ToArray();
        return Complete(operations, 0, onHand, []);
    }

    private static bool Complete(Operation[] operations, ulong done, int onHand, HashSet<(ulong Done, int OnHand)> tried)
    {
        if (!tried.Add((done, onHand)))
            return false;
        // Whoever was asked after somebody else had been answered cannot come before him.
        var first = long.MaxValue;
        for (var i = 0; i < operations.Length; i++)
            if ((done & (1UL << i)) == 0)
                first = Math.Min(first, operations[i].Answered);
        if (first == long.MaxValue)
            return true;
        for (var i = 0; i < operations.Length && operations[i].Asked <= first; i++)
            if ((done & (1UL << i)) == 0 && operations[i].After(onHand) is { } after && Complete(operations, done | (1UL << i), after, tried))
                return true;
        return false;
    }
}
