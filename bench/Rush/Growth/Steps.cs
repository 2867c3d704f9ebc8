using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>Series whose every step is a silo of its own: what came before must not weigh on what comes after.</summary>
internal sealed class Steps(Postgres postgres, Findings findings, TimeSpan pace, int connections)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);

    public Task ItemsAsync() => RunAsync(
        "items", "items, one in each order", [1, 10, 100, 1_000], items => Installation.StartAsync(postgres, "growth", dishes: items));

    public Task TenantsAsync() => RunAsync(
        "tenants", "tenants, 50 items each", [1, 20], tenants => Installation.StartAsync(postgres, "growth", tenants: tenants));

    public Task HistoryAsync(int orders) => RunAsync(
        "history", "orders of the past in the table", [0, orders], async past =>
        {
            var installation = await Installation.StartAsync(postgres, "growth");
            if (past > 0)
                await History.FillAsync(installation.Database, past);
            return installation;
        });

    private async Task RunAsync(string series, string across, int[] steps, Func<int, Task<Installation>> start)
    {
        List<(double X, double Y)> speeds = [], waits = [], idle = [], loaded = [];
        foreach (var step in steps)
        {
            await using var installation = await start(step);
            await installation.ChurnAsync();
            idle.Add((step, installation.Silo.Size.WorkingSet / 1e6));
            await installation.OrderAsync(Choice.Spread, WarmUp, connections);
            var result = await installation.OrderAsync(Choice.Spread, pace, connections);
            speeds.Add((step, result.PerSecond));
            waits.Add((step, result.Latencies.At(0.99).TotalMilliseconds));
            loaded.Add((step, installation.Silo.Size.WorkingSet / 1e6));
            Line(new { series, at = step, perSecond = result.PerSecond, p99Ms = waits[^1].Y, idleMb = idle[^1].Y, loadedMb = loaded[^1].Y, ordersInMemory = installation.Accepted });
            await findings.BalanceAsync($"{series} {step}", installation);
        }

        findings.Row($"orders/s with {Each(steps.Select(step => N(step)))} {across}", Each(speeds.Select(speed => N(speed.Y))));
        findings.Row("p99, ms", Each(waits.Select(wait => N(wait.Y))));
        findings.Row("MB of the silo: nothing ordered; after the orders of " + $"{WarmUp.TotalSeconds + pace.TotalSeconds:0} s", $"{Each(idle.Select(one => N(one.Y)))}; {Each(loaded.Select(one => N(one.Y)))}");
        double[] marks = [.. steps.Select(step => (double)step)];
        findings.Draw($"growth-{series}", $"Orders a second and memory against {across}",
            new Panel("orders/s", across, [new("orders/s", speeds)], marks, Even: true),
            new Panel("memory of the silo, MB", across, [new("nothing ordered", idle), new("under load", loaded)], marks, Even: true));
    }
}
