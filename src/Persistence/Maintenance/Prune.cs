using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>What was taken away, or would be.</summary>
/// <param name="Waiting">Orders old enough whose stock is not counted into their items' heads yet: they stay until it is.</param>
public sealed record Pruned(long Orders, long LedgerRows, long Waiting);

/// <summary>
/// Takes away orders that ended long ago, with their ledger rows. Each item's head remembers how many portions those were, so
/// that the books are added up as before. Receipts, write-offs and counts stay, and the audit: they grow with people, not
/// with rushes.
/// </summary>
public static class Prune
{
    // So many at a time that nobody waits for it: a head is locked for as long as one batch takes.
    private const int AtOnce = 500;

    /// <summary>Ended, and neither placed nor changed since. By tenant and time of placing, for that is what there is an index for.</summary>
    private const string Old = """
        o.tenant = $1 and o.placed_at < $2 and o.updated_at < $2 and o.due_at is null
            and o.status in ('completed', 'rejected', 'cancelled', 'failed', 'abandoned')
        """;

    private const string IsCounted = """
        not exists (
            select from stock_ledger l join stock_head h using (tenant, item)
            where l.tenant = o.tenant and l.order_id = o.id and l.seq > h.folded_through)
        """;

    private const string TenantsSql = """
        with recursive t as (
            (select tenant from orders order by tenant limit 1)
            union all
            select (select tenant from orders where tenant > t.tenant order by tenant limit 1) from t where t.tenant is not null)
        select tenant from t where tenant is not null
        """;

    private const string CountSql = $"""
        select count(*) filter (where c.counted),
            coalesce(sum((select count(*) from stock_ledger l where l.tenant = o.tenant and l.order_id = o.id)) filter (where c.counted), 0)::bigint,
            count(*) filter (where not c.counted)
        from orders o, lateral (select {IsCounted} as counted) c
        where {Old}
        """;

    private const string BatchSql = $"""
        with old as materialized (
            select o.key, o.tenant, o.id from orders o where {Old} and {IsCounted}
            order by o.placed_at limit $3 for update skip locked),
        ledger as (
            delete from stock_ledger l using old where l.tenant = old.tenant and l.order_id = old.id
            returning l.tenant, l.item, case l.kind when 'sold' then l.quantity else -l.quantity end as sold),
        heads as (
            update stock_head h set pruned = h.pruned + s.sold
            from (select tenant, item, sum(sold)::integer as sold from ledger group by 1, 2) s
            where h.tenant = s.tenant and h.item = s.item),
        gone as (
            delete from orders o using old where o.key = old.key returning 1)
        select (select count(*) from gone), (select count(*) from ledger)
        """;

    /// <summary>While processes serve, or not. What it has done so far stays done when it is stopped.</summary>
    public static async Task<Pruned> RunAsync(Maintenance database, DateTimeOffset before, bool onlyCount, CancellationToken cancellationToken = default)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var all = new Pruned(0, 0, 0);
        foreach (var tenant in await TenantsAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            while (!onlyCount && await RowAsync(connection, BatchSql, tenant, before, cancellationToken).ConfigureAwait(false) is [> 0 and var orders, var rows])
                all = all with { Orders = all.Orders + orders, LedgerRows = all.LedgerRows + rows };
            var left = await RowAsync(connection, CountSql, tenant, before, cancellationToken).ConfigureAwait(false);
            all = onlyCount
                ? new Pruned(all.Orders + left[0], all.LedgerRows + left[1], all.Waiting + left[2])
                : all with { Waiting = all.Waiting + left[2] };
        }

        if (!onlyCount)
        {
            var command = new NpgsqlCommand("delete from order_numbers where day < $1::date", connection) { Parameters = { new() { Value = before.UtcDateTime } } };
            await using (command.ConfigureAwait(false))
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        return all;
    }

    private static async Task<List<string>> TenantsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(TenantsSql, connection);
        await using var disposing = command.ConfigureAwait(false);
        var tenants = new List<string>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            tenants.Add(reader.GetString(0));
        return tenants;
    }

    private static async Task<long[]> RowAsync(NpgsqlConnection connection, string sql, string tenant, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection)
        {
            CommandTimeout = 0,
            Parameters = { new() { Value = tenant }, new() { Value = before.UtcDateTime } },
        };
        await using var disposing = command.ConfigureAwait(false);
        if (sql == BatchSql)
            command.Parameters.Add(new() { Value = AtOnce });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetInt64)];
    }
}
