using System.Collections.Concurrent;
using System.Text;

namespace Cafeteria.Bench.Rush;

/// <param name="Status">As it was told to the student.</param>
internal sealed record Acknowledged(string Id, int Student, Line[] Lines, string Status)
{
    /// <summary>From an answer as it came over the wire.</summary>
    public static Acknowledged From(ReadOnlySpan<byte> answer, int student, Line[] lines) =>
        new(Text(answer, "\"id\":\""u8), student, lines, Text(answer, "\"status\":\""u8));

    private static string Text(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> name)
    {
        var at = answer.IndexOf(name);
        if (at < 0)
            return "";
        var rest = answer[(at + name.Length)..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)'"')]);
    }
}

/// <summary>What came of all visits.</summary>
internal sealed class Tally
{
    private int _arrived;
    private int _accepted;
    private int _refused;
    private int _failed;
    private int _retries;
    private int _inFlight;

    /// <summary>From the moment the student wished to order, as the arrivals had it, to the final answer.</summary>
    public Latencies Placing { get; private set; } = new();

    public Latencies Reading { get; } = new();

    /// <summary>From a step's time to its event at the follower.</summary>
    public Latencies Following { get; } = new();

    public ConcurrentDictionary<string, Acknowledged> Orders { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<string, int> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>Never answered: whether these were placed is unknown.</summary>
    public ConcurrentBag<Line[]> Unknown { get; } = [];

    public ConcurrentBag<string> Wrong { get; } = [];

    public int Arrived => _arrived;

    public int Accepted => _accepted;

    public int Refused => _refused;

    public int Failed => _failed;

    public int Retries => _retries;

    public int InFlight => _inFlight;

    public void Arrive()
    {
        Interlocked.Increment(ref _arrived);
        Interlocked.Increment(ref _inFlight);
    }

    public void Leave() => Interlocked.Decrement(ref _inFlight);

    public void Accept(Acknowledged order, bool replayed)
    {
        Interlocked.Increment(ref _accepted);
        if (!Orders.TryAdd(order.Id, order))
            Wrong.Add($"order {order.Id} was given to two requests with different keys{(replayed ? ", as a replay" : "")}");
    }

    public void Refuse(string code)
    {
        Interlocked.Increment(ref _refused);
        Refusals.AddOrUpdate(code, 1, static (_, count) => count + 1);
    }

    public void Fail(Line[] lines)
    {
        Interlocked.Increment(ref _failed);
        Unknown.Add(lines);
    }

    /// <summary>What a closed loop counted by itself; its orders were told one by one.</summary>
    public void Take(ClosedResult result)
    {
        Placing = result.Latencies;
        (_arrived, _refused, _failed) = (result.Answers + result.Refused + result.SentAway + result.Failed, result.Refused, result.SentAway + result.Failed);
    }

    public void Retry() => Interlocked.Increment(ref _retries);
}
