using System.Collections.Concurrent;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>What open trackers cost: memory for each, how soon each hears what happened, and orders/s beside them.</summary>
internal sealed class Trackers(Postgres postgres, Findings findings, TimeSpan pace, int connections)
{
    private const int Open = 2_000, Idle = 20_000;

    /// <summary>A hundred cooks need a second for a dish: everything is ready a second after it was ordered.</summary>
    private const double Steady = 60;

    private static readonly int[] Steps = [1, 100, Open];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12), Patience = TimeSpan.FromSeconds(90);

    public async Task RunAsync()
    {
        var memory = await WeighAsync();
        var speeds = new List<(double X, double Y)>();
        foreach (var open in Steps)
            speeds.Add((open, await SlowDownAsync(open)));
        findings.Row($"orders/s with {Each(speeds.Select(one => N(one.X)))} open trackers", Each(speeds.Select(one => N(one.Y))));
        double[] marks = [.. speeds.Select(one => one.X)];
        findings.Draw("growth-trackers", "Orders a second and memory against open trackers",
            new Panel("orders/s", "open trackers", [new("orders/s", speeds)], marks, Even: true),
            new Panel("live heap of the silo, MB, nothing else going on", "open trackers", [new("alive", memory)], marks, Even: true));
    }

    /// <summary>One silo on which nothing else goes on, with more and more trackers: the difference is theirs.</summary>
    private async Task<List<(double X, double Y)>> WeighAsync()
    {
        await using var installation = await StartAsync();
        using var streams = StreamsOf(installation);
        await installation.ChurnAsync(8); // compiled before anything is weighed
        var orders = await OrderAsync(installation, 2 * Open);
        var (before, _) = await installation.AliveAsync();
        var (resident, committed) = (installation.Silo.Size.WorkingSet, (await installation.Silo.MetricsAsync()).Committed);
        var tally = new Tally();
        await using (var followers = new Followers(streams, tally))
        {
            List<(double X, double Y)> memory = [];
            foreach (var open in Steps)
            {
                await FollowAsync(followers, orders, open);
                memory.Add((open, (await installation.AliveAsync()).Heap / 1e6));
                Line(new { series = "trackers", open, heapMb = memory[^1].Y });
            }

            var after = memory[^1].Y * 1e6;
            var (kilobytes, residentKilobytes) = ((after - before) / Open / 1024, (installation.Silo.Size.WorkingSet - resident) / 1024.0 / Open);
            var committedKilobytes = ((await installation.Silo.MetricsAsync()).Committed - committed) / 1024 / Open;
            Line(new { series = "trackers", open = Open, heapKbEach = kilobytes, committedKbEach = committedKilobytes, residentKbEach = residentKilobytes });
            findings.Row($"memory for each of {N(Open)} open trackers: resident; of it the collector's; of that alive", $"{N(residentKilobytes, 1)} KB (goal 25); {N(committedKilobytes, 1)}; {N(kilobytes, 1)}");

            await WeighMoreAsync(installation, streams, orders);
            await HearAsync(installation, streams);
            await WeighOrdersAsync(installation);
            await findings.BalanceAsync("trackers", installation);
            findings.Wrong.AddRange(tally.Wrong);
            return memory;
        }
    }

    /// <summary>
    /// What as many again add: the first wave also made the room that the process keeps for what comes and goes, and that is not
    /// made twice.
    /// </summary>
    private async Task WeighMoreAsync(Installation installation, HttpClient streams, ConcurrentQueue<(string Id, string Token)> orders)
    {
        var resident = installation.Silo.Size.WorkingSet;
        var tally = new Tally();
        await using var followers = new Followers(streams, tally);
        await FollowAsync(followers, orders.Skip(Open), Open);
        await installation.AliveAsync();
        var kilobytes = (installation.Silo.Size.WorkingSet - resident) / 1024.0 / Open;
        Line(new { series = "trackers", open = 2 * Open, moreResidentKbEach = kilobytes });
        findings.Row($"the same for each of {N(Open)} more: resident", $"{N(kilobytes, 1)} KB");
        findings.Wrong.AddRange(tally.Wrong);
    }

    /// <summary>Other students order and watch, at a rate that leaves the machine room, while all those trackers are open.</summary>
    private async Task HearAsync(Installation installation, HttpClient streams)
    {
        await QuietAsync(installation);
        var tally = new Tally();
        await using var watching = new Followers(streams, tally);
        var visits = Visit.Draw(new Arrivals(Shape.Constant, Steady, pace), Choice.Spread, installation.Students.Tokens.Length, readers: 0, followers: 1);
        await new Diners(installation.Http, installation.Students, tally, watching, retries: 8).RunAsync(visits, _ => { });
        await Task.Delay(TimeSpan.FromSeconds(2)); // the last dishes are ready
        foreach (var order in tally.Orders.Values)
            installation.Acknowledge(order.Lines);
        findings.Wrong.AddRange(tally.Wrong);
        if (tally.Failed + tally.Refused > 0)
            findings.Wrong.Add($"trackers: {tally.Failed} orders failed and {tally.Refused} were refused at {Steady}/s");
        var (median, p99) = (tally.Following.At(0.5).TotalMilliseconds, tally.Following.At(0.99).TotalMilliseconds);
        Line(new { series = "trackers", open = Open, events = tally.Following.Count, eventP50Ms = median, eventP99Ms = p99 });
        findings.Row($"step to event in the client, {N(Open)} trackers open, {N(Steady)} orders/s, p50; p99 of {N(tally.Following.Count)}", $"{N(median)}; {N(p99)} ms (goal 150)");
    }

    private async Task WeighOrdersAsync(Installation installation)
    {
        var (before, grains) = await installation.AliveAsync();
        await installation.OrderAsync(Choice.Spread, Patience, 64, Idle);
        var (after, more) = await installation.AliveAsync();
        var kilobytes = (after - before) / Math.Max(1, more - grains) / 1024;
        Line(new { series = "trackers", orderGrains = more - grains, heapKbEach = kilobytes });
        findings.Row($"memory for each of {N(more - grains)} order grains, their tickets included: alive", $"{N(kilobytes, 1)} KB (goal 4)");
    }

    /// <summary>Each on a silo of its own: what came before must not weigh on what comes after.</summary>
    private async Task<double> SlowDownAsync(int open)
    {
        await using var installation = await StartAsync();
        using var streams = StreamsOf(installation);
        var tally = new Tally();
        await using var followers = new Followers(streams, tally);
        await FollowAsync(followers, await OrderAsync(installation, open), open);
        await installation.OrderAsync(Choice.Spread, WarmUp, connections);
        var result = await installation.OrderAsync(Choice.Spread, pace, connections);
        Line(new { series = "trackers", open, perSecond = result.PerSecond, p99Ms = result.Latencies.At(0.99).TotalMilliseconds });
        await findings.BalanceAsync($"trackers {open}", installation);
        findings.Wrong.AddRange(tally.Wrong);
        return result.PerSecond;
    }

    private async Task<Installation> StartAsync()
    {
        var installation = await Installation.StartAsync(postgres, "growth", students: 4_000, prepSeconds: 1);
        await installation.Kitchens[0].StaffAsync();
        return installation;
    }

    private static HttpClient StreamsOf(Installation installation) => new() { BaseAddress = installation.Silo.Address, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Orders to be followed: cooked, and not collected for two hours.</summary>
    private static async Task<ConcurrentQueue<(string Id, string Token)>> OrderAsync(Installation installation, int count)
    {
        var orders = new ConcurrentQueue<(string Id, string Token)>();
        await installation.OrderAsync(Choice.Spread, Patience, 16, count, order => orders.Enqueue((order.Id, installation.Students.Tokens[order.Student])));
        await QuietAsync(installation);
        return orders;
    }

    private static async Task FollowAsync(Followers followers, IEnumerable<(string Id, string Token)> orders, int count)
    {
        foreach (var (id, token) in orders.Take(count))
            followers.Follow(id, token);
        var until = DateTime.UtcNow + Patience;
        while (followers.Open < count)
        {
            if (DateTime.UtcNow > until)
                throw new RushException($"{followers.Open} of {count} trackers are open after {Patience.TotalSeconds} s.");
            await Task.Delay(100);
        }
    }

    /// <summary>Until the kitchen has nothing to do.</summary>
    private static async Task QuietAsync(Installation installation)
    {
        var until = DateTime.UtcNow + Patience;
        while (await installation.Kitchens[0].QueuedAsync() > 0 && DateTime.UtcNow < until)
            await Task.Delay(200);
    }
}
