using System.Collections.Immutable;
using System.Text.Json;
using Cafeteria.Stock;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>Stock-takes, and the ledger as people read it.</summary>
internal sealed partial class StockBooks
{
    // The count's own row is what makes it once per key; what it differs by is written only with it.
    private const string CountSql = """
        with counted as (
            insert into stock_ledger (tenant, item, kind, quantity, epoch, key, by, reason)
            select h.tenant, h.item, 'counted', $4, h.epoch, $6, $7, $8
            from stock_head h
            where h.tenant = $1 and h.item = $2 and h.epoch = $3 and ($9::bigint is null or exists (select from leader where epoch = $9))
            on conflict (tenant, item, kind, key) where key is not null do nothing
            returning tenant, item, epoch),
        entry as (
            insert into stock_ledger (tenant, item, kind, quantity, epoch, key, by, reason)
            select c.tenant, c.item, case when $5 > 0 then 'received' else 'written_off' end, abs($5), c.epoch, $6, $7, $8
            from counted c
            where $5 <> 0
            returning kind, quantity)
        update stock_head h
        set received = h.received + coalesce((select quantity from entry where kind = 'received'), 0),
            written_off = h.written_off + coalesce((select quantity from entry where kind = 'written_off'), 0)
        where h.tenant = $1 and h.item = $2 and h.epoch = $3 and ($9::bigint is null or exists (select from leader where epoch = $9))
        returning h.epoch, h.received, h.written_off, h.sold, h.reorder_level
        """;

    private static readonly string[] KindNames = [.. Enum.GetNames<StockMovementKind>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    public Task<StockAccount?> CountAsync(
        string tenant, string itemId, long epoch, int difference, CountStock count, CancellationToken cancellationToken) =>
        WriteAsync(
            "count stock",
            Sending.Repeatable,
            async (batch, token) =>
            {
                Add(batch, LockForChangeSql, tenant, itemId);
                Add(
                    batch, CountSql, tenant, itemId, epoch, count.Counted, difference, count.Key, count.By, Text(count.Reason),
                    Typed(database.Gate.Epoch, NpgsqlDbType.Bigint));
                return await ReadLastAsync(batch, Account, token).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<bool> HasCountAsync(string tenant, string itemId, string key, CancellationToken cancellationToken) =>
        HasRowAsync(tenant, itemId, "counted", key, cancellationToken);

    public Task<ImmutableArray<StockMovement>> MovementsAsync(
        string tenant, string itemId, ImmutableArray<StockMovementKind> kinds, long? before, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "read stock ledger",
            Sending.Search,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("""
                    select l.seq, l.kind, l.quantity, l.at, l.by, l.reason, l.reference, l.expires_on, l.unit_cost, l.order_id, o.number
                    from (
                        select * from stock_ledger
                        where tenant = $1 and item = $2 and seq < $3 and ($4::text[] is null or kind = any($4))
                        order by seq desc
                        limit $5) l
                    left join orders o on o.key = l.tenant || '/' || l.order_id
                    order by l.seq desc
                    """, connection)
                {
                    Parameters =
                    {
                        new() { Value = tenant },
                        new() { Value = itemId },
                        new() { Value = before ?? long.MaxValue },
                        new() { Value = kinds.IsEmpty ? DBNull.Value : kinds.Select(kind => KindNames[(int)kind]).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                        new() { Value = limit },
                    },
                };
                await using var disposing = command.ConfigureAwait(false);
                var movements = ImmutableArray.CreateBuilder<StockMovement>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        movements.Add(Movement(reader));
                return movements.ToImmutable();
            },
            cancellationToken);

    private static StockMovement Movement(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        (StockMovementKind)Array.IndexOf(KindNames, reader.GetString(1)),
        reader.GetInt32(2),
        new DateTimeOffset(reader.GetDateTime(3), TimeSpan.Zero),
        Nullable(reader, 4),
        Nullable(reader, 5),
        Nullable(reader, 6),
        reader.IsDBNull(7) ? null : reader.GetFieldValue<DateOnly>(7),
        reader.IsDBNull(8) ? null : reader.GetInt64(8),
        Nullable(reader, 9),
        Nullable(reader, 10));

    private static string? Nullable(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
