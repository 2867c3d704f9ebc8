using System.Collections.Concurrent;
using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>What open trackers cost: memory for each, orders/s beside them, and how soon each hears what happened.</summary>
internal sealed class Trackers(Postgres postgres, Findings findings, TimeSpan pace, int connections)
{
    private const int Open = 2_000, Fewer = 100, Idle = 20_000;

    /// <summary>A hundred cooks need a second for a dish: everything is ready a second after it was ordered.</summary>
    private const double Steady = 60;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public async Task RunAsync()
    {
        await using var installation = await Installation.StartAsync(postgres, "growth", students: 4_000, prepSeconds: 1);
        await installation.Kitchens[0].StaffAsync();
        using var streams = new HttpClient { BaseAddress = installation.Silo.Address, Timeout = Timeout.InfiniteTimeSpan };
        await installation.ChurnAsync(8); // compiled before anything is weighed

        var orders = new ConcurrentQueue<(string Id, string Token)>();
        await installation.OrderAsync(Choice.Spread, Patience, 16, Open, (id, student, _) => orders.Enqueue((id, installation.Students.Tokens[student])));
        await QuietAsync(installation);
        var (before, _) = await installation.AliveAsync();
        var resident = installation.Silo.Size.WorkingSet;
        var tally = new Tally();
        var followers = new Followers(streams, tally);
        try
        {
            List<(double X, double Y)> memory = [];
            foreach (var open in (int[])[1, Fewer, Open])
            {
                await FollowAsync(followers, orders, open);
                memory.Add((open, (await installation.AliveAsync()).Heap / 1e6));
                Line(new { series = "trackers", open, heapMb = memory[^1].Y });
            }

            var after = memory[^1].Y * 1e6;
            var (kilobytes, residentKilobytes) = ((after - before) / Open / 1024, (installation.Silo.Size.WorkingSet - resident) / 1024.0 / Open);
            Line(new { series = "trackers", open = Open, heapKbEach = kilobytes, residentKbEach = residentKilobytes });
            findings.Row($"memory for each of {N(Open)} open trackers: alive; resident", $"{N(kilobytes, 1)}; {N(residentKilobytes, 1)} KB (goal 25)");

            await HearAsync(installation, streams);
            await WeighOrdersAsync(installation);
            await SlowDownAsync(installation, followers, orders, streams, memory);
        }
        finally
        {
            await followers.DisposeAsync();
        }

        await findings.BalanceAsync("trackers", installation);
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

    private async Task SlowDownAsync(
        Installation installation, Followers many, ConcurrentQueue<(string, string)> orders, HttpClient streams, List<(double X, double Y)> memory)
    {
        List<(double X, double Y)> speeds = [];
        await installation.OrderAsync(Choice.Spread, TimeSpan.FromSeconds(10), connections);
        await MeasureAsync(Open);
        await many.DisposeAsync();
        foreach (var few in (int[])[Fewer, 1])
        {
            await using var followers = new Followers(streams, new Tally());
            await FollowAsync(followers, orders, few);
            await installation.OrderAsync(Choice.Spread, TimeSpan.FromSeconds(3), connections);
            await MeasureAsync(few);
        }

        speeds.Reverse();
        findings.Row($"orders/s with {Each(speeds.Select(one => N(one.X)))} open trackers", Each(speeds.Select(one => N(one.Y))));
        double[] marks = [.. speeds.Select(one => one.X)];
        findings.Draw("growth-trackers", "Orders a second and memory against open trackers",
            new Panel("orders/s", "open trackers", [new("orders/s", speeds)], marks, Even: true),
            new Panel("live heap of the silo, MB, nothing else going on", "open trackers", [new("alive", memory)], marks, Even: true));

        async Task MeasureAsync(int open)
        {
            var result = await installation.OrderAsync(Choice.Spread, pace, connections);
            speeds.Add((open, result.PerSecond));
            Line(new { series = "trackers", open, perSecond = result.PerSecond, p99Ms = result.Latencies.At(0.99).TotalMilliseconds });
        }
    }

    private static async Task FollowAsync(Followers followers, ConcurrentQueue<(string Id, string Token)> orders, int count)
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
