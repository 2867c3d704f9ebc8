using System.Globalization;
using Cafeteria.Bench.Plain;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Bench.RowLock;

/// <summary>The statements. Locking is one of its own: the next one's snapshot sees what the holder before us left.</summary>
internal static class OrderSql
{
    private const string Lock = "select from items where id = any($1) order by id for update";

    private const string Write = """
        with wanted as materialized (
            select * from unnest($1::text[], $2::integer[], $3::text[], $4::bigint[], $5::text[]) as w(item, quantity, name, price, note)),
        short as materialized (
            select w.item, i.on_hand from wanted w join items i on i.id = w.item where i.on_hand < w.quantity),
        placed as (
            insert into orders (id, student, idempotency_key, fingerprint, status, fulfilment, payment, total, currency, placed_at)
            select $6, $7, $8, $9, 'stock_verified', $10, $11, $12, $13, $14 where not exists (select from short)
            on conflict (student, idempotency_key) do nothing
            returning number),
        taken as (
            update items i set on_hand = i.on_hand - w.quantity
            from wanted w where i.id = w.item and exists (select from placed)),
        lined as (
            insert into order_lines (order_id, item, name, quantity, unit_price, note)
            select $6, item, name, quantity, price, note from wanted where exists (select from placed))
        select number, null::text, null::integer from placed
        union all select null, item, on_hand from short
        """;

    public static async Task<(long? Number, List<(string Item, int OnHand)> Shortages)> WriteAsync(NpgsqlConnection connection, NewOrder order)
    {
        var items = Array.ConvertAll(order.Lines, line => line.Dish.Id);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Lock) { Parameters = { Of(items) } },
                new(Write)
                {
                    Parameters =
                    {
                        Of(items),
                        Of(Array.ConvertAll(order.Lines, line => line.Line.Quantity)),
                        Of(Array.ConvertAll(order.Lines, line => line.Dish.Name)),
                        Of(Array.ConvertAll(order.Lines, line => line.Dish.Price)),
                        Of(Array.ConvertAll(order.Lines, line => line.Line.Note)),
                        Of(order.Id),
                        Of(order.Wish.Student),
                        new() { Value = (object?)order.Wish.Key ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text },
                        Of(order.Wish.Fingerprint),
                        Of(order.Wish.Fulfilment),
                        Of(order.Wish.Payment),
                        Of(order.Total),
                        Of(order.Currency),
                        Of(order.PlacedAt),
                    },
                },
            },
        };
        long? number = null;
        List<(string, int)> shortages = [];
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        while (await reader.ReadAsync())
            if (reader.IsDBNull(0))
                shortages.Add((reader.GetString(1), reader.GetInt32(2)));
            else
                number = reader.GetInt64(0);
        return (number, shortages);
    }

    public static async Task<(Guid Id, string Fingerprint)?> FindByKeyAsync(NpgsqlConnection connection, string student, string key)
    {
        await using var command = new NpgsqlCommand("select id, fingerprint from orders where student = $1 and idempotency_key = $2", connection)
        {
            Parameters = { Of(student), Of(key) },
        };
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? (reader.GetGuid(0), reader.GetString(1)) : null;
    }

    public static async Task<OrderAnswer?> ReadAsync(NpgsqlConnection connection, Guid id, string student)
    {
        await using var command = new NpgsqlCommand("""
            select o.number, o.status, o.total, o.currency, o.placed_at, l.item, l.name, l.quantity, l.unit_price
            from orders o join order_lines l on l.order_id = o.id
            where o.id = $1 and o.student = $2
            order by l.item
            """, connection)
        {
            Parameters = { Of(id), Of(student) },
        };
        await using var reader = await command.ExecuteReaderAsync();
        OrderAnswer? order = null;
        List<LineAnswer> lines = [];
        while (await reader.ReadAsync())
        {
            var currency = reader.GetString(3);
            order ??= new OrderAnswer(
                id.ToString("N"), reader.GetInt64(0).ToString(CultureInfo.InvariantCulture), reader.GetString(1), [], new Money(reader.GetInt64(2), currency),
                reader.GetFieldValue<DateTimeOffset>(4), null, $"/api/v1/orders/{id:N}/events");
            lines.Add(new LineAnswer(
                reader.GetString(5), reader.GetString(6), reader.GetInt32(7), new Money(reader.GetInt64(8), currency), new Money(reader.GetInt64(8) * reader.GetInt32(7), currency)));
        }

        return order is null ? null : order with { Lines = [.. lines] };
    }

    private static NpgsqlParameter<T> Of<T>(T value) => new() { TypedValue = value };
}
