using System.Diagnostics;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>How long from starting the process to the first accepted order, and how it is after a crash that left much to do.</summary>
internal static class StartupRun
{
    private const int Starts = 3, Due = 10_000, Tenants = 20;
    private const double Rate = 50, WarmRate = 200, WarmingRate = 500;
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static async Task<int> RunAsync(RushOptions options)
    {
        var findings = new Findings("dotnet run -c Release --project bench/Rush -- startup", options.Images);
        await using var postgres = await Postgres.StartAsync(options.Disk);
        await StartColdAsync(postgres, findings, options.History > 0 ? options.History : 1_000_000);
        await CatchUpAsync(postgres, findings, TimeSpan.FromSeconds(options.Seconds));
        await CatchUpWarmAsync(postgres, findings, TimeSpan.FromSeconds(options.Seconds));
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
        await using var installation = await OfManyCooksAsync(postgres);
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
            $"{N(Ms(busy), 1)}; {N(Ms(fresh), 1)}; {N(Ms(warm), 1)} ms");

        static double Ms(Latencies times) => times.At(0.99).TotalMilliseconds;
    }

    /// <summary>
    /// The same with a process that is warm: orders that nobody collected are hidden from its sweeper, until it has served for a
    /// while, and then are all due at once. What is timed is the catching up alone, against the same process just before.
    /// </summary>
    private static async Task CatchUpWarmAsync(Postgres postgres, Findings findings, TimeSpan pace)
    {
        await using var installation = await OfManyCooksAsync(postgres);
        await installation.OrderAsync(Choice.Hot, Patience, 256, Due);
        var ready = await installation.WaitForAsync("as many orders are ready or closed as were placed", Patience,
            $"select count(*) from orders where status in ('ready', 'completed') having count(*) >= {Due}");
        // Its timers die with it; the rows say when they are due.
        await installation.KillAsync();
        var hidden = await installation.AskAsync<long>(
            "with hidden as (update orders set due_at = now() + interval '1 hour' where status = 'ready' returning 1) select count(*) from hidden");
        await installation.StartSiloAsync();
        Tell($"{hidden} of {ready} orders are not due yet; warming …");
        await installation.OrderOpenlyAsync(Choice.Hot, WarmingRate, Warming);
        // The orders of the warming end, too, or the catching up would be theirs.
        await installation.WaitForAsync("the orders of the warming have ended", Patience,
            "select 1::bigint where not exists (select from orders where status in ('pending', 'stock_verified', 'in_kitchen') or status = 'ready' and due_at < now() + interval '30 minutes')");

        var warm = await installation.OrderOpenlyAsync(Choice.Hot, WarmRate, pace);
        using var enough = new CancellationTokenSource();
        var begun = Stopwatch.GetTimestamp();
        await installation.AskAsync<long>(
            "with due as (update orders set due_at = now() - interval '1 hour' where status = 'ready' and due_at > now() + interval '30 minutes' returning 1) select count(*) from due");
        var busy = installation.OrderOpenlyAsync(Choice.Hot, WarmRate, Patience, enough: enough.Token);
        await installation.WaitForAsync("nothing of long ago is due", Patience, "select 1::bigint where not exists (select from orders where due_at < now() - interval '30 minutes')");
        var took = Stopwatch.GetElapsedTime(begun);
        await enough.CancelAsync();
        var caught = await busy;
        await findings.BalanceAsync("catching up warm", installation);

        var (p99, normal) = (caught.Waiting.At(0.99).TotalMilliseconds, warm.Waiting.At(0.99).TotalMilliseconds);
        Line(new { due = hidden, warm = true, caughtUpSeconds = took.TotalSeconds, orders = caught.Accepted, p99Ms = p99, p99WarmMs = normal, p50Ms = caught.Waiting.At(0.5).TotalMilliseconds, p50WarmMs = warm.Waiting.At(0.5).TotalMilliseconds });
        findings.Row($"{N(hidden)} orders due at once for a process that is warm: until none is", $"{N(took.TotalSeconds, 1)} s");
        findings.Row(
            $"p99 of new orders ({N(WarmRate)}/s) until then; in the {pace.TotalSeconds:0} s before", $"{N(p99, 1)}; {N(normal, 1)} ms (ratio {N(p99 / normal, 1)}, goal 2)");
    }

    /// <summary>Twenty kitchens of a hundred cooks, and dishes that nobody fetches: whatever state an order was killed in, it is due soon.</summary>
    private static async Task<Installation> OfManyCooksAsync(Postgres postgres)
    {
        var installation = await Installation.StartAsync(postgres, "startup", dishes: 1, tenants: Tenants, prepSeconds: 1, more: new() { ["Orders__PickupWindow"] = "00:00:30" });
        foreach (var kitchen in installation.Kitchens)
            await kitchen.StaffAsync();
        return installation;
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
