using System.Data;
using System.Globalization;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>What one look at the books found.</summary>
/// <param name="Examined">How many items or orders were looked at.</param>
/// <param name="Wrong">What is wrong, a sentence each; the first few.</param>
public sealed record BooksFinding(long Examined, IReadOnlyList<string> Wrong);

/// <param name="Stock">The ledger against each item's head, and nothing below zero.</param>
/// <param name="Orders">Each order's lines against its ledger rows, and no ledger row without its order.</param>
/// <param name="Behind">Orders that have been due for more than ten seconds.</param>
/// <param name="OldestDue">Since when the oldest of them has been due.</param>
public sealed record BooksReport(BooksFinding Stock, BooksFinding Orders, long Behind, DateTimeOffset? OldestDue)
{
    public bool Balanced => Stock.Wrong.Count == 0 && Orders.Wrong.Count == 0;
}

/// <summary>Adds up the rows, all in one snapshot, so that orders may go on meanwhile.</summary>
public static class Books
{
    private const string StockSql = """
        with ledger as (
            select l.tenant, l.item,
                coalesce(sum(l.quantity) filter (where l.kind = 'received'), 0) as received,
                coalesce(sum(l.quantity) filter (where l.kind = 'written_off'), 0) as written_off,
                coalesce(sum(case l.kind when 'sold' then l.quantity else -l.quantity end)
                    filter (where l.kind in ('sold', 'returned') and l.seq <= h.folded_through), 0) as folded,
                coalesce(sum(case l.kind when 'sold' then l.quantity else -l.quantity end)
                    filter (where l.kind in ('sold', 'returned') and l.seq > coalesce(h.folded_through, 0)), 0) as news
            from stock_ledger l left join stock_head h using (tenant, item)
            group by l.tenant, l.item)
        select tenant, item, h.received::bigint, h.written_off::bigint, h.sold::bigint,
            coalesce(l.received, 0)::bigint, coalesce(l.written_off, 0)::bigint, (coalesce(l.folded, 0) + coalesce(h.pruned, 0))::bigint, coalesce(l.news, 0)::bigint
        from stock_head h full join ledger l using (tenant, item)
        order by tenant, item
        """;

    private const string OrdersSql = """
        with sold as (
            select o.tenant, o.id as order_id, s ->> 'itemId' as item, sum((s ->> 'quantity')::bigint) as quantity
            from orders o cross join jsonb_array_elements(coalesce(o.payload::jsonb -> 'sold', '[]')) s
            group by 1, 2, 3),
        lines as (
            select o.tenant, o.id as order_id, s ->> 'itemId' as item, sum((s ->> 'quantity')::bigint) as quantity
            from orders o cross join jsonb_array_elements(coalesce(o.payload::jsonb -> 'lines', '[]')) s
            where o.status in ('stock_verified', 'awaiting_payment', 'in_kitchen', 'ready', 'out_for_delivery', 'completed')
            group by 1, 2, 3),
        ledger as (
            select tenant, order_id, item, sum(case kind when 'sold' then quantity else -quantity end)::bigint as quantity
            from stock_ledger where order_id is not null
            group by 1, 2, 3)
        select tenant, order_id, item, coalesce(s.quantity, 0), coalesce(l.quantity, 0), coalesce(n.quantity, s.quantity, 0)
        from sold s full join ledger l using (tenant, order_id, item) full join lines n using (tenant, order_id, item)
        where coalesce(s.quantity, 0) <> coalesce(l.quantity, 0) or coalesce(n.quantity, s.quantity, 0) <> coalesce(s.quantity, 0)
        order by tenant, order_id, item
        limit 5
        """;

    public static async Task<BooksReport> ReadAsync(Maintenance database, CancellationToken cancellationToken = default)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var ending = transaction.ConfigureAwait(false);
        var (items, shortages) = (0L, new List<string>());
        await EachAsync(connection, StockSql, row =>
        {
            items++;
            if (StockFault(row) is { } fault)
                shortages.Add(fault);
        }, cancellationToken).ConfigureAwait(false);

        var mismatches = new List<string>();
        await EachAsync(connection, OrdersSql, row => mismatches.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"order {row.GetString(0)}/{row.GetString(1)} has {row.GetInt64(5)} of {row.GetString(2)}, {row.GetInt64(3)} recorded as sold, and the ledger says {row.GetInt64(4)}")), cancellationToken).ConfigureAwait(false);

        var (orders, behind, oldest) = (0L, 0L, (DateTimeOffset?)null);
        await EachAsync(connection, "select count(*) filter (where status <> 'abandoned'), count(*) filter (where due_at < now() - interval '10 seconds'), min(due_at) from orders", row =>
            (orders, behind, oldest) = (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : new DateTimeOffset(row.GetDateTime(2), TimeSpan.Zero)), cancellationToken).ConfigureAwait(false);
        return new BooksReport(new BooksFinding(items, [.. shortages.Take(5)]), new BooksFinding(orders, mismatches), behind, behind > 0 ? oldest : null);
    }

    private static string? StockFault(NpgsqlDataReader row)
    {
        var item = $"{row.GetString(0)}/{row.GetString(1)}";
        if (row.IsDBNull(2))
            return $"{item} has ledger rows and no head";
        var (received, writtenOff, sold, unfolded) = (row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(8));
        if (received != row.GetInt64(5) || writtenOff != row.GetInt64(6) || sold != row.GetInt64(7))
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{item}: the head says {received} received, {writtenOff} written off, {sold} sold; the ledger {row.GetInt64(5)}, {row.GetInt64(6)}, {row.GetInt64(7)}");
        var left = received - writtenOff - sold - unfolded;
        return left < 0 ? string.Create(CultureInfo.InvariantCulture, $"{item} is sold {-left} beyond what there was") : null;
    }

    private static async Task EachAsync(NpgsqlConnection connection, string sql, Action<NpgsqlDataReader> read, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using var disposing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            read(reader);
    }
}
