using Cafeteria.Orders;
using Cafeteria.Stock;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>The statements that write and read whole orders: <c>orders</c> and <c>stock_ledger</c> together.</summary>
internal sealed partial class OrderTable(Database database) : IBatchStatement<OrderRow>
{
    private const char Separator = '\x1f';

    public string Table => "orders";

    public async Task<Outcome[]> ExecuteAsync(IReadOnlyList<OrderRow> batch, CancellationToken cancellationToken)
    {
        var epoch = database.Gate.Epoch;
        var lines = Lines(batch, out var heads);
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var command = new NpgsqlCommand(epoch is null ? UnfencedWriteSql : WriteSql, connection)
        {
            Parameters =
            {
                Columns.Text(batch, w => w.Key),
                Columns.Text(batch, w => w.Order.Tenant),
                Columns.Text(batch, w => w.Order.Id),
                Columns.Of(batch, w => w.Expected),
                Columns.Of(batch, w => w.Etag),
                Columns.Of(batch, w => w.Payload is null),
                Columns.Text(batch, w => w.State.Student),
                Columns.Text(batch, w => w.State.Number),
                Columns.Text(batch, w => StatusNames.Of(w.State.Status)),
                Columns.Text(batch, w => Stations(w.State)),
                Columns.Time(batch, w => w.State.PlacedAt),
                Columns.Time(batch, w => w.State.DueAt),
                Columns.Of(batch, w => w.State.Total.Amount),
                Columns.Text(batch, w => w.State.Total.Currency ?? ""),
                Columns.Of(batch, w => w.State.Version),
                Columns.Utf8(batch, w => w.Payload),
                Columns.Text(heads, h => h.Tenant),
                Columns.Text(heads, h => h.Item),
                Columns.Of(lines, l => l.Number),
                Columns.Of(lines, l => l.Etag),
                Columns.Of(lines, l => l.Owner),
                Columns.Text(lines, l => l.Entry.Attempt),
                Columns.Of(lines, l => l.Entry.Kind == LedgerKind.Sold),
                Columns.Of(lines, l => l.Entry.Quantity),
                Columns.Of(lines, l => l.Entry.Epoch),
                Columns.Of(lines, l => l.Head),
                Fence.Parameter(epoch),
            },
        };
        await using var disposing = command.ConfigureAwait(false);
        var outcomes = new Outcomes<OrderRow>(batch);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                if (reader.IsDBNull(0))
                    outcomes.Fenced();
                else if (reader.IsDBNull(1))
                    outcomes.Written(reader.GetInt64(0));
                else
                    AddStale(batch[outcomes.Stale(reader.GetInt64(0))], lines[reader.GetInt32(1)].Entry.ItemId);
            }
        }

        return outcomes.All;
    }

    public async Task<bool[]> AreMineAsync(IReadOnlyList<OrderRow> writes, CancellationToken cancellationToken)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var rows = await ReadAsync(connection, [.. writes.Select(w => w.Key)], cancellationToken).ConfigureAwait(false);
        return [.. writes.Select((w, i) => w.Payload is null ? rows[i].Etag is null : rows[i].Etag == w.Etag)];
    }

    public static async Task<StoredRow[]> ReadAsync(NpgsqlConnection connection, string[] keys, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(ReadSql, connection)
        {
            Parameters = { new() { Value = keys } },
        };
        await using var disposing = command.ConfigureAwait(false);
        return await StoredRows.ReadAsync(command, keys.Length, cancellationToken).ConfigureAwait(false);
    }

    private static void AddStale(OrderRow row, string item)
    {
        if (!row.StaleItems.Contains(item))
            row.StaleItems = row.StaleItems.Add(item);
    }

    private static string Stations(OrderState state) =>
        state.Tickets.Length == 1
            ? state.Tickets[0].StationId
            : string.Join(Separator, state.Tickets.Select(t => t.StationId).Distinct(StringComparer.Ordinal));

    /// <summary>The ledger rows to append, and the heads they need, in the order in which everyone locks them.</summary>
    private static List<Line> Lines(IReadOnlyList<OrderRow> batch, out List<(string Tenant, string Item)> heads)
    {
        var lines = new List<Line>();
        var items = new SortedSet<(string Tenant, string Item)>(HeadOrder.Instance);
        foreach (var row in batch)
            if (row.Payload is not null)
                foreach (var entry in row.State.Appending)
                    items.Add((row.Order.Tenant, entry.ItemId));
        heads = [.. items];
        if (heads.Count == 0)
            return lines;

        var places = new Dictionary<(string Tenant, string Item), int>(heads.Count);
        foreach (var head in heads)
            places.Add(head, places.Count + 1);
        for (var i = 0; i < batch.Count; i++)
            if (batch[i].Payload is not null)
                foreach (var entry in batch[i].State.Appending)
                    lines.Add(new Line(lines.Count, batch[i].Etag, i + 1, entry, places[(batch[i].Order.Tenant, entry.ItemId)]));
        return lines;
    }

    /// <param name="Owner">The order's place in the batch, from 1 as arrays count in SQL.</param>
    /// <param name="Head">The item's place among the heads, from 1.</param>
    private readonly record struct Line(int Number, long Etag, int Owner, LedgerEntry Entry, int Head);

    private sealed class HeadOrder : IComparer<(string Tenant, string Item)>
    {
        public static readonly HeadOrder Instance = new();

        public int Compare((string Tenant, string Item) x, (string Tenant, string Item) y)
        {
            var byTenant = string.CompareOrdinal(x.Tenant, y.Tenant);
            return byTenant != 0 ? byTenant : string.CompareOrdinal(x.Item, y.Item);
        }
    }
}
