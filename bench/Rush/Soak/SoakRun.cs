using System.Globalization;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// Half of what it can do, for as long as one likes: whatever grows with time alone is a leak, however small. Orders live
/// their whole life: cooked within a second, closed ten seconds after they are ready.
/// </summary>
internal static class SoakRun
{
    private const int Tenants = 40, Dishes = 10, CrowdSize = 1_000;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    /// <summary>An order's grain stays in memory for two minutes after its last word, so the first minutes rise by nature.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(RushOptions options)
    {
        var findings = new Findings(string.Create(CultureInfo.InvariantCulture, $"dotnet run -c Release --project bench/Rush -- soak --minutes {options.Minutes}"), options.Images);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        await using var installation = await Installation.StartAsync(postgres, "soak", Dishes, Tenants, 4_000, prepSeconds: 1, more: new() { ["Orders__PickupWindow"] = "00:00:10" });
        foreach (var kitchen in installation.Kitchens)
            await kitchen.StaffAsync();
        var rate = options.RateGiven ?? await HalfOfCapacityAsync(installation, options.Connections);

        Tell($"{N(rate)} orders/s for {options.Minutes} minutes …");
        var samples = await SoakAsync(findings, installation, rate, TimeSpan.FromMinutes(options.Minutes));
        await findings.BalanceAsync("soak", installation);
        var grew = new SoakVerdict(samples, Settling).Write(findings, rate);
        var books = findings.Conclude();
        return grew ? 1 : books;
    }

    /// <summary>Of whole lives: while it goes all out the sweeper falls behind, so it is let catch up before the soak begins.</summary>
    private static async Task<double> HalfOfCapacityAsync(Installation installation, int connections)
    {
        Tell("finding what it can do …");
        await installation.OrderAsync(Choice.Spread, TimeSpan.FromSeconds(20), connections);
        var capacity = (await installation.OrderAsync(Choice.Spread, TimeSpan.FromSeconds(10), connections)).PerSecond;
        Tell($"{N(capacity)} orders/s");
        var until = DateTime.UtcNow.AddMinutes(3);
        while (DateTime.UtcNow < until && await installation.AskAsync<long>("select count(*) from orders where due_at < now() - interval '2 seconds'") > 0)
            await Task.Delay(500);
        return capacity / 2;
    }

    private static async Task<List<SoakSample>> SoakAsync(Findings findings, Installation installation, double rate, TimeSpan duration)
    {
        var waits = new Latencies();
        var crowd = new Crowd(installation.Silo.Address, installation.Students, CrowdSize, Choice.Spread, Dishes);
        var soaking = crowd.RunAsync(rate, duration, (_, _, lines) => installation.Acknowledge(lines), wait => Volatile.Read(ref waits).Record(wait));
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
        if (result.Failed > 0)
            findings.Wrong.Add($"{result.Failed} orders failed while it soaked");
        Tell($"{N(result.Accepted)} orders, {N(result.Sent)} times sent away");
        return samples;
    }
}
