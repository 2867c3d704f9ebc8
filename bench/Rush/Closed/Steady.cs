using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>What a server can do is not known before it does not get faster any more: a process compiles for its first half minute or longer.</summary>
internal static class Steady
{
    private const int Fewest = 3, Most = 12;
    private const double Faster = 1.03;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    /// <summary>Answers a second, once a round is no faster than those before.</summary>
    public static async Task<double> FindAsync(Func<TimeSpan, Task<ClosedResult>> run)
    {
        var fastest = 0.0;
        for (var round = 1; ; round++)
        {
            var speed = (await run(Round)).PerSecond;
            Tell($"{N(speed)}/s");
            if (round == Most || (round >= Fewest && speed < fastest * Faster))
                return Math.Max(speed, fastest);
            fastest = Math.Max(speed, fastest);
        }
    }
}
