using System.Globalization;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// The highest rate at which people are served well, whoever else comes: p99 below a second, nobody failed, hardly anybody sent
/// away, and the orders before them live on meanwhile. Found by halving, with arrivals that wait for nobody.
/// </summary>
internal static class CapacityRun
{
    private const int Halvings = 5;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    public static async Task<int> RunAsync(RushOptions options)
    {
        var findings = new Findings($"dotnet run -c Release --project bench/Rush -- capacity{(options.Choice is Choice.Hot ? " --hot" : "")}", options.Images);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        return options.Choice is Choice.Hot ? await OfOneDishAsync(postgres, findings, options) : await OfLivesAsync(postgres, findings, options);
    }

    /// <summary>The rate at which forty cafeterias can serve whole lives.</summary>
    public static async Task<double> FindAsync(Installation installation, int connections)
    {
        var most = await Steady.FindAsync(duration => installation.OrderAsync(Choice.Spread, duration, connections));
        await Lives.EndAsync(installation);
        // The first orders of a step must have ended before the step is looked at, or it would be of half lives.
        return (await FindAsync(installation, Choice.Spread, most, Lives.Length, TimeSpan.FromSeconds(20), lives: true)).Rate;
    }

    private static async Task<int> OfLivesAsync(Postgres postgres, Findings findings, RushOptions options)
    {
        await using var installation = await Lives.StartAsync(postgres, "capacity");
        Tell("what it can do, all out, of accepting alone …");
        var most = await Steady.FindAsync(duration => installation.OrderAsync(Choice.Spread, duration, options.Connections));
        Tell("what a whole life costs …");
        await Lives.MeasureAsync(postgres, installation, findings, most / 3, TimeSpan.FromSeconds(options.Seconds));
        var (rate, p99) = await FindAsync(installation, Choice.Spread, most, Lives.Length, TimeSpan.FromSeconds(options.Seconds), lives: true);
        await findings.BalanceAsync("capacity", installation);
        findings.Row($"orders a second, whole lives, {Lives.Tenants} cafeterias of {Lives.Dishes} dishes; p99 of their answers", $"{N(rate)}; {N(p99)} ms (limit {N(Limit.TotalMilliseconds)})");
        return Conclude(findings, "capacity", rate, p99);
    }

    /// <summary>Of accepting: a hundred cooks, the most there can be, complete a hundred of one dish a second.</summary>
    private static async Task<int> OfOneDishAsync(Postgres postgres, Findings findings, RushOptions options)
    {
        await using var installation = await Installation.StartAsync(postgres, "capacity", dishes: 1, students: 4_000);
        var most = await Steady.FindAsync(duration => installation.OrderAsync(Choice.Hot, duration, options.Connections));
        var (rate, p99) = await FindAsync(installation, Choice.Hot, most, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(options.Seconds), lives: false);
        await findings.BalanceAsync("capacity", installation);
        findings.Row("orders accepted a second, one dish; p99 of their answers", $"{N(rate)}; {N(p99)} ms (limit {N(Limit.TotalMilliseconds)})");
        return Conclude(findings, "capacityOfOneDish", rate, p99);
    }

    private static int Conclude(Findings findings, string name, double rate, double p99)
    {
        var code = findings.Conclude();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"{name}\":{rate:0},\"p99Ms\":{p99:0}}}"));
        return code;
    }

    private static async Task<(double Rate, double P99)> FindAsync(Installation installation, Choice choice, double most, TimeSpan lead, TimeSpan duration, bool lives)
    {
        var (good, bad, p99) = (0.0, most, 0.0);
        for (var step = 0; step < Halvings; step++)
        {
            var rate = (good + bad) / 2;
            var result = await installation.OrderOpenlyAsync(choice, rate, lead + duration, lead);
            var overdue = lives ? await Lives.OverdueAsync(installation) : 0;
            var waited = result.Waiting.At(0.99);
            var served = waited < Limit && result.Accepted > result.Tries * 0.97 && result.Failed == 0 && result.Unsent < result.Tries * 0.01 && result.SentAway < result.Tries * 0.01 && overdue < rate;
            Line(new { rate, tries = result.TriesPerSecond, accepted = result.AcceptedPerSecond, sentAway = result.SentAway, failed = result.Failed, unsent = result.Unsent, p99Ms = waited.TotalMilliseconds, overdue, served });
            (good, bad, p99) = served ? (rate, bad, waited.TotalMilliseconds) : (good, rate, p99);
            if (lives)
                await Lives.EndAsync(installation);
        }

        return (good, p99);
    }
}
