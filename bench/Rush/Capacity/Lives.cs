using static Cafeteria.Bench.Rush.Findings;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// Forty cafeterias in which orders live their whole lives by themselves: cooked within a second by a hundred cooks each, and
/// closed ten seconds after they are ready, for nobody collects them.
/// </summary>
internal static class Lives
{
    public const int Tenants = 40, Dishes = 10;

    /// <summary>From placing to the end, as things stand here.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromSeconds(12);

    /// <summary>PostgreSQL's processes tell what they wrote at the latest when they have been idle for ten seconds.</summary>
    private static readonly TimeSpan Counted = TimeSpan.FromSeconds(11);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    public static async Task<Installation> StartAsync(Postgres postgres, string name)
    {
        var installation = await Installation.StartAsync(postgres, name, Dishes, Tenants, 4_000, prepSeconds: 1, more: new() { ["Orders__PickupWindow"] = "00:00:10" });
        foreach (var kitchen in installation.Kitchens)
            await kitchen.StaffAsync();
        return installation;
    }

    /// <summary>Until every order there is has ended.</summary>
    public static async Task EndAsync(Installation installation)
    {
        var until = DateTime.UtcNow + Patience;
        while (await UnderwayAsync(installation) is var left and > 0)
        {
            if (DateTime.UtcNow > until)
                throw new RushException($"{left} orders have not ended after {Patience.TotalMinutes} minutes.");
            await Task.Delay(500);
        }
    }

    /// <summary>Orders that have been due for two seconds, and nobody came: the silo does not keep up.</summary>
    public static Task<long> OverdueAsync(Installation installation) =>
        installation.AskAsync<long>("select count(*) from orders where due_at < now() - interval '2 seconds'");

    /// <summary>What one order costs from its acceptance to its end: places many, waits for the last, and divides.</summary>
    public static async Task MeasureAsync(Postgres postgres, Installation installation, Findings findings, double rate, TimeSpan duration)
    {
        await EndAsync(installation);
        await Task.Delay(Counted);
        var (before, ordered) = (await MetersAsync(), installation.Accepted);
        await installation.OrderOpenlyAsync(Choice.Spread, rate, duration);
        await EndAsync(installation);
        await Task.Delay(Counted);
        var (after, count) = (await MetersAsync(), (double)(installation.Accepted - ordered));
        var completed = await installation.AskAsync<long>("select count(*) from orders where status = 'completed'");
        if (completed != installation.Accepted)
            findings.Wrong.Add($"of {installation.Accepted} orders {completed} were completed");
        var (rows, tables) = (after.Rows.Values.Sum() - before.Rows.Values.Sum(), after.Rows.Where(table => table.Value - before.Rows.GetValueOrDefault(table.Key) > 0.005 * count)
            .Select(table => $"{table.Key} {N((table.Value - before.Rows.GetValueOrDefault(table.Key)) / count, 2)}"));
        Line(new
        {
            life = "whole",
            orders = count,
            rows = rows / count,
            walBytes = (after.Wal - before.Wal) / count,
            siloMicroseconds = (after.Silo - before.Silo).TotalMicroseconds / count,
            databaseMicroseconds = (after.Database - before.Database).TotalMicroseconds / count,
        });
        findings.Row($"row writes in an order's life, of {N(count)} orders with one line, completed by the sweeper: {Each(tables)}", N(rows / count, 2));
        findings.Row("CPU µs of an order's life: silo, PostgreSQL", $"{N((after.Silo - before.Silo).TotalMicroseconds / count)}, {N((after.Database - before.Database).TotalMicroseconds / count)}");
        findings.Row("bytes of write-ahead log in an order's life", N((after.Wal - before.Wal) / count));

        async Task<(Dictionary<string, double> Rows, double Wal, TimeSpan Silo, TimeSpan Database)> MetersAsync() =>
            (await installation.RowsWrittenAsync(), (await postgres.WrittenAsync()).Wal, installation.Silo.CpuTime, postgres.CpuTime);
    }

    private static Task<long> UnderwayAsync(Installation installation) =>
        installation.AskAsync<long>("select count(*) from orders where status in ('pending', 'stock_verified', 'awaiting_payment', 'in_kitchen', 'ready', 'out_for_delivery')");
}
