using System.Collections.Immutable;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>
/// The durable side of stock items. Each change is one round trip and one transaction of several statements: the fence, a
/// lock on the head, and only then, with a fresh snapshot, the change that counts on it.
/// </summary>
internal sealed partial class StockBooks(Database database) : IStockBooks, IDisposable
{
    // FOR UPDATE waits for every accepting write in flight on the item: those hold the head FOR KEY SHARE.
    private const string LockSql = "select epoch from stock_head where tenant = $1 and item = $2 for update";
    private const string LockForChangeSql = "select epoch from stock_head where tenant = $1 and item = $2 for no key update";
    private const string FenceSql = "select 1 from leader where epoch = $1 for key share";
    private const string NoFenceSql = "select 1 where $1::bigint is null";

    private const string MakeSql = """
        insert into stock_head (tenant, item) select $1, $2
        where not exists (select from stock_head where tenant = $1 and item = $2)
            and ($3::bigint is null or exists (select from leader where epoch = $3))
        on conflict (tenant, item) do nothing
        """;

    private const string FoldSql = """
        with news as (
            select l.seq, l.kind, l.quantity, l.order_id, l.attempt
            from stock_ledger l
            -- As a scalar it bounds the index scan; joined, it filtered the item's whole history.
            where l.tenant = $1 and l.item = $2 and l.kind in ('sold', 'returned')
                and l.seq > (select folded_through from stock_head where tenant = $1 and item = $2)),
        sums as (
            select coalesce(sum(case kind when 'sold' then quantity else -quantity end), 0) as sold, coalesce(max(seq), 0) as through,
                array_agg(order_id order by seq) filter (where kind = 'sold' and $3 is not null) as orders,
                array_agg(attempt order by seq) filter (where kind = 'sold' and $3 is not null) as attempts
            from news)
        update stock_head h
        set epoch = h.epoch + $4, sold = h.sold + s.sold, folded_through = greatest(h.folded_through, s.through)
        from sums s
        where h.tenant = $1 and h.item = $2 and h.epoch = coalesce($3, h.epoch)
            and ($5::bigint is null or exists (select from leader where epoch = $5))
        returning h.epoch, h.received, h.written_off, h.sold, h.reorder_level, s.orders, s.attempts
        """;

    private const string ChangeSql = """
        with entry as (
            insert into stock_ledger (tenant, item, kind, quantity, epoch, key, by, reason, reference, expires_on, unit_cost)
            select h.tenant, h.item, $4, $5, h.epoch, $6, $7, $8, $9, $10, $11
            from stock_head h
            where h.tenant = $1 and h.item = $2 and h.epoch = $3 and ($12::bigint is null or exists (select from leader where epoch = $12))
            on conflict (tenant, item, kind, key) where key is not null do nothing
            returning kind, quantity)
        update stock_head h
        set received = h.received + coalesce((select quantity from entry where kind = 'received'), 0),
            written_off = h.written_off + coalesce((select quantity from entry where kind = 'written_off'), 0)
        where h.tenant = $1 and h.item = $2 and h.epoch = $3 and ($12::bigint is null or exists (select from leader where epoch = $12))
        returning h.epoch, h.received, h.written_off, h.sold, h.reorder_level
        """;

    // When hundreds of items are taken over or counted at once, a few at a time leave connections for the orders.
    private readonly SemaphoreSlim _atOnce = new(4);

    // Sent twice, the epoch rises twice: still the caller's alone.
    public async Task<StockAccount> TakeOverAsync(string tenant, string itemId, CancellationToken cancellationToken) =>
        (await FoldAsync("take over item", Sending.Repeatable, tenant, itemId, null, cancellationToken).ConfigureAwait(false))!.Account;

    // Not sent twice: the first sending may have counted rows that the second would not name again.
    public Task<StockFold?> FoldAsync(string tenant, string itemId, long epoch, CancellationToken cancellationToken) =>
        FoldAsync("fold item", Sending.Once, tenant, itemId, epoch, cancellationToken);

    public Task<StockAccount?> ChangeAsync(
        string tenant, string itemId, long epoch, bool writeOff, ChangeStock change, CancellationToken cancellationToken) =>
        WriteAsync(
            "change stock",
            Sending.Repeatable,
            async (batch, token) =>
            {
                Add(batch, LockForChangeSql, tenant, itemId);
                Add(
                    batch, ChangeSql, tenant, itemId, epoch, writeOff ? "written_off" : "received", change.Quantity, change.Key, change.By,
                    Text(change.Reason), Text(change.Reference), Typed(change.ExpiresOn, NpgsqlDbType.Date), Typed(change.UnitCost, NpgsqlDbType.Bigint),
                    Typed(database.Gate.Epoch, NpgsqlDbType.Bigint));
                return await ReadLastAsync(batch, Account, token).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<bool> HasChangeAsync(string tenant, string itemId, bool writeOff, string key, CancellationToken cancellationToken) =>
        HasRowAsync(tenant, itemId, writeOff ? "written_off" : "received", key, cancellationToken);

    private Task<bool> HasRowAsync(string tenant, string itemId, string kind, string key, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "look for stock change",
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("select exists (select from stock_ledger where tenant = $1 and item = $2 and kind = $3 and key = $4)", connection)
                {
                    Parameters =
                    {
                        new() { Value = tenant }, new() { Value = itemId }, new() { Value = kind }, new() { Value = key },
                    },
                };
                await using var disposing = command.ConfigureAwait(false);
                return (bool)(await command.ExecuteScalarAsync(token).ConfigureAwait(false))!;
            },
            cancellationToken);

    public Task<ImmutableArray<StockLevel>> LevelsAsync(string tenant, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "read stock levels",
            Sending.Activation,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("""
                    select h.item, h.sold + coalesce(n.sold, 0), h.received, h.written_off, h.reorder_level
                    from stock_head h
                    left join lateral (
                        select sum(case l.kind when 'sold' then l.quantity else -l.quantity end)::integer as sold
                        from stock_ledger l
                        where l.tenant = h.tenant and l.item = h.item and l.seq > h.folded_through and l.kind in ('sold', 'returned')) n on true
                    where h.tenant = $1
                    order by h.item
                    """, connection)
                {
                    Parameters = { new() { Value = tenant } },
                };
                await using var disposing = command.ConfigureAwait(false);
                var levels = ImmutableArray.CreateBuilder<StockLevel>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                    {
                        var (sold, received, writtenOff) = (reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3));
                        levels.Add(new StockLevel(reader.GetString(0), received - writtenOff - sold, 0, sold, received, writtenOff, reader.GetInt32(4)));
                    }
                }

                return levels.ToImmutable();
            },
            cancellationToken);

    public Task SetReorderLevelAsync(string tenant, string itemId, int reorderLevel, CancellationToken cancellationToken) =>
        WriteAsync<object>(
            "set reorder level",
            Sending.Repeatable,
            async (batch, token) =>
            {
                Add(
                    batch,
                    """
                    insert into stock_head as h (tenant, item, reorder_level)
                    select $1, $2, $3 where $4::bigint is null or exists (select from leader where epoch = $4)
                    on conflict (tenant, item) do update set reorder_level = excluded.reorder_level
                    """,
                    tenant, itemId, reorderLevel, Typed(database.Gate.Epoch, NpgsqlDbType.Bigint));
                await ReadLastAsync<object>(batch, _ => batch, token).ConfigureAwait(false);
                return null;
            },
            cancellationToken);

    public void Dispose() => _atOnce.Dispose();

    private Task<StockFold?> FoldAsync(
        string name, Sending sending, string tenant, string itemId, long? epoch, CancellationToken cancellationToken) =>
        WriteAsync(
            name,
            sending,
            async (batch, token) =>
            {
                if (epoch is null)
                    Add(batch, MakeSql, tenant, itemId, Typed(database.Gate.Epoch, NpgsqlDbType.Bigint));
                Add(batch, LockSql, tenant, itemId);
                Add(
                    batch, FoldSql, tenant, itemId, Typed(epoch, NpgsqlDbType.Bigint), epoch is null ? 1L : 0L,
                    Typed(database.Gate.Epoch, NpgsqlDbType.Bigint));
                return await ReadLastAsync(batch, reader => new StockFold(Account(reader), Counted(reader)), token).ConfigureAwait(false);
            },
            cancellationToken);

    /// <summary>Null when the last statement changed no row although this process serves.</summary>
    private async Task<T?> WriteAsync<T>(
        string name, Sending sending, Func<NpgsqlBatch, CancellationToken, Task<T?>> write, CancellationToken cancellationToken)
        where T : class
    {
        if (!database.Gate.Serving)
            throw NotServing();
        await _atOnce.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await database.QueryAsync(
                name,
                sending,
                async (connection, token) =>
                {
                    var batch = new NpgsqlBatch(connection);
                    await using var disposing = batch.ConfigureAwait(false);
                    Add(batch, database.Gate.Epoch is null ? NoFenceSql : FenceSql, Typed(database.Gate.Epoch, NpgsqlDbType.Bigint));
                    return await write(batch, token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _atOnce.Release();
        }
    }

    /// <summary>Runs the batch; the first statement is the fence, the last one's row is the answer.</summary>
    private async Task<T?> ReadLastAsync<T>(NpgsqlBatch batch, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
        where T : class
    {
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                database.Gate.Doubt();
                throw NotServing();
            }

            T? answer = null;
            while (await reader.NextResultAsync(cancellationToken).ConfigureAwait(false))
                answer = await reader.ReadAsync(cancellationToken).ConfigureAwait(false) && reader.FieldCount > 1 ? read(reader) : null;
            return answer;
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter as NpgsqlParameter ?? new NpgsqlParameter { Value = parameter });
        batch.BatchCommands.Add(command);
    }

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Typed<T>(T? value, NpgsqlDbType type)
        where T : struct =>
        new() { Value = value is { } v ? v : DBNull.Value, NpgsqlDbType = type };

    private static StockAccount Account(NpgsqlDataReader reader) =>
        new(reader.GetInt64(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4));

    private static ImmutableArray<(string OrderId, string Attempt)> Counted(NpgsqlDataReader reader) =>
        reader.IsDBNull(5) ? [] : [.. reader.GetFieldValue<string[]>(5).Zip(reader.GetFieldValue<string[]>(6))];

    private static StorageUnavailableException NotServing() => new("This process is not the one that serves. Nothing was written.");
}
