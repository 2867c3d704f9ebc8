using System.Globalization;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// Half of what it can do, for as long as one likes: whatever grows with time alone is a leak. Orders live
/// their whole lives.
/// </summary>
internal static class SoakRun
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    /// <summary>An order's grain stays in memory for two minutes after its last word, so the first minutes rise by nature.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(RushOptions options)
    {
        var findings = new Findings(string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project bench/Rush -- soak --minutes {options.Minutes}"), options.Images);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        await using var installation = await Lives.StartAsync(postgres, "soak");
        if (options.RateGiven is null)
            Tell("finding what it can do …");
        var rate = options.RateGiven ?? await CapacityRun.FindAsync(installation, options.Connections) / 2;

        Tell($"{N(rate)} orders/s for {options.Minutes} minutes …");
        var samples = await SoakAsync(findings, installation, rate, TimeSpan.FromMinutes(options.Minutes));
        await findings.BalanceAsync("soak", installation);
        var grew = new SoakVerdict(samples, Settling).Write(findings, rate);
        var books = findings.Conclude();
        return grew ? 1 : books;
    }

    private static async Task<List<SoakSample>> SoakAsync(Findings findings, Installation installation, double rate, TimeSpan duration)
    {
        var waits = new Latencies();
        var soaking = installation.OrderOpenlyAsync(Choice.Spread, rate, duration, waited: wait => Volatile.Read(ref waits).Record(wait));
        var began = DateTime.UtcNow;
        List<SoakSample> samples = [];
        while (!soaking.IsCompleted)
        {
            await Task.WhenAny(soaking, Task.Delay(Between));
            if (soaking.IsCompleted || DateTime.UtcNow - began > duration)
                break;
            var past = Interlocked.Exchange(ref waits, new Latencies());
            var sample = await SoakSample.TakeAsync(installation, DateTime.UtcNow - began, past);
            samples.Add(sample);
            Line(sample);
        }

        var result = await soaking;
        Tell($"{N(result.Accepted)} orders, {N(result.SentAway)} times sent away");
        return samples;
    }
}
