using System.Diagnostics;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>How long from starting the process to the first accepted order, and how it is after a crash that left much to do.</summary>
internal static class StartupRun
{
    private const int Starts = 3, Due = 10_000, Tenants = 20;
    private const double Rate = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(RushOptions options)
    {
        var findings = new Findings("dotnet run -c Release --project bench/Rush -- startup", options.Images);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        await StartColdAsync(postgres, findings, options.History > 0 ? options.History : 1_000_000);
        await CatchUpAsync(postgres, findings, TimeSpan.FromSeconds(options.Seconds));
        return findings.Conclude();
    }

    private static async Task StartColdAsync(Postgres postgres, Findings findings, int history)
    {
        await using var installation = await Installation.StartAsync(postgres, "startup");
        await StartAsync("nothing in it");
        await History.FillAsync(installation.Database, history);
        await StartAsync($"{N(history)} orders in it");
        await findings.BalanceAsync("startup", installation);

        async Task StartAsync(string what)
        {
            List<(double Ready, double Ordered)> times = [];
            for (var n = 0; n < Starts; n++)
            {
                await installation.KillAsync();
                var started = Stopwatch.GetTimestamp();
                await installation.StartSiloAsync();
                var ready = Stopwatch.GetElapsedTime(started).TotalSeconds;
                await installation.OrderAsync(Choice.Hot, TimeSpan.FromSeconds(30), 1, most: 1);
                times.Add((ready, Stopwatch.GetElapsedTime(started).TotalSeconds));
                Line(new { start = what, readySeconds = ready, firstOrderSeconds = times[^1].Ordered });
            }

            var median = times.OrderBy(one => one.Ordered).ElementAt(Starts / 2);
            findings.Row($"start to ready; to the first accepted order; initialised database, {what}", $"{N(median.Ready, 2)}; {N(median.Ordered, 2)} s (goal 3)");
        }
    }

    /// <summary>New orders while the sweeper brings old ones on, against the same moments after a start with nothing to bring on.</summary>
    private static async Task CatchUpAsync(Postgres postgres, Findings findings, TimeSpan pace)
    {
        // Twenty kitchens of a hundred cooks, and dishes that nobody fetches: whatever state an order was killed in, it is due soon.
        await using var installation = await Installation.StartAsync(postgres, "startup", dishes: 1, tenants: Tenants, prepSeconds: 1, more: new() { ["Orders__PickupWindow"] = "00:00:30" });
        foreach (var kitchen in installation.Kitchens)
            await kitchen.StaffAsync();
        await installation.KillAsync();
        await installation.StartSiloAsync();
        var fresh = await OrderAsync(findings, installation, pace);
        var warm = await OrderAsync(findings, installation, pace);

        await installation.OrderAsync(Choice.Hot, Patience, 256, Due);
        await installation.KillAsync();
        var crashed = DateTime.UtcNow;
        var due = 0L;
        while ((due = await DueAsync(installation, crashed)) < Due && DateTime.UtcNow - crashed < TimeSpan.FromSeconds(60))
            await Task.Delay(200);
        Tell($"{due} orders are due");
        await installation.StartSiloAsync();
        var begun = Stopwatch.GetTimestamp();
        var catchingUp = CaughtUpAsync(installation, crashed, begun);
        var busy = await OrderAsync(findings, installation, pace);
        var took = await catchingUp;
        await findings.BalanceAsync("after the crash", installation);

        Line(new { due, caughtUpSeconds = took.TotalSeconds, p99Ms = Ms(busy), p99FreshMs = Ms(fresh), p99WarmMs = Ms(warm), p50Ms = busy.At(0.5).TotalMilliseconds, p50FreshMs = fresh.At(0.5).TotalMilliseconds });
        findings.Row($"{N(due)} orders due after a kill -9: until none is, from readiness", $"{N(took.TotalSeconds, 1)} s");
        findings.Row(
            $"p99 of new orders ({N(Rate)}/s) in the {pace.TotalSeconds:0} s after that start; after a start with nothing due; when warm",
            $"{N(Ms(busy), 1)}; {N(Ms(fresh), 1)}; {N(Ms(warm), 1)} ms (ratio {N(Ms(busy) / Ms(fresh), 1)}, goal 2)");

        static double Ms(Latencies times) => times.At(0.99).TotalMilliseconds;
    }

    private static async Task<Latencies> OrderAsync(Findings findings, Installation installation, TimeSpan pace)
    {
        var tally = new Tally();
        using var streams = new HttpClient { BaseAddress = installation.Silo.Address };
        await using var nobody = new Followers(streams, tally);
        var visits = Visit.Draw(new Arrivals(Shape.Constant, Rate, pace), Choice.Hot, installation.Students.Tokens.Length, readers: 0, followers: 0);
        await new Diners(installation.Http, installation.Students, tally, nobody, retries: 8).RunAsync(visits, _ => { });
        foreach (var order in tally.Orders.Values)
            installation.Acknowledge(order.Lines);
        findings.Wrong.AddRange(tally.Wrong);
        if (tally.Failed + tally.Refused > 0)
            findings.Wrong.Add($"{tally.Failed} orders failed and {tally.Refused} were refused at {Rate}/s");
        return tally.Placing;
    }

    private static async Task<TimeSpan> CaughtUpAsync(Installation installation, DateTime crashed, long begun)
    {
        while (await DueAsync(installation, crashed) > 0)
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience)
                throw new RushException($"{await DueAsync(installation, crashed)} orders are still due after {Patience.TotalMinutes} minutes.");
            await Task.Delay(100);
        }

        return Stopwatch.GetElapsedTime(begun);
    }

    private static Task<long> DueAsync(Installation installation, DateTime placedBefore) =>
        installation.AskAsync<long>($"select count(*) from orders where due_at < now() and placed_at < '{placedBefore:yyyy-MM-dd HH:mm:ss.ffffff}Z'");
}
