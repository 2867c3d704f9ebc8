namespace Cafeteria.Tests.Schedules;

/// <summary>Where one thing or another may happen, says which.</summary>
internal abstract class Choices
{
    /// <summary>One of this many, by their weights.</summary>
    public abstract int Pick(List<Step> possible);

    /// <summary>Whether something happens that seldom does.</summary>
    public abstract bool OneIn(int times);
}

/// <summary>By a seeded random number: the same seed, the same schedule.</summary>
internal sealed class RandomChoices(int seed) : Choices
{
    private readonly Random _random = new(seed);

    public override int Pick(List<Step> possible)
    {
        var total = 0;
        foreach (var step in possible)
            total += step.Weight;
        var at = _random.Next(total);
        for (var index = 0; ; index++)
            if ((at -= possible[index].Weight) < 0)
                return index;
    }

    public override bool OneIn(int times) => _random.Next(times) == 0;
}

/// <summary>
/// Every schedule that differs from first come, first served in at most so many places, one after the other, depth first.
/// Nothing fails of itself in them.
/// </summary>
internal sealed class EveryChoice(int deviations) : Choices
{
    private readonly List<(int Chosen, int Of)> _path = [];
    private int _depth;

    public override int Pick(List<Step> possible)
    {
        if (_depth == _path.Count)
            _path.Add((0, possible.Count));
        return _path[_depth++].Chosen;
    }

    public override bool OneIn(int times) => false;

    /// <summary>Goes on to the next schedule; false when there is none.</summary>
    public bool Next()
    {
        _depth = 0;
        for (var last = _path.Count - 1; last >= 0; last--)
        {
            var (chosen, of) = _path[last];
            if (chosen + 1 < of && _path.Take(last).Count(choice => choice.Chosen > 0) < deviations)
            {
                _path.RemoveRange(last, _path.Count - last);
                _path.Add((chosen + 1, of));
                return true;
            }
        }

        return false;
    }

    public override string ToString() => string.Join(' ', _path.Select(choice => choice.Chosen));
}
