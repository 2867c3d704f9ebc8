using System.Collections.Immutable;
using Cafeteria.Reports;
using Npgsql;

namespace Cafeteria.Persistence;

internal sealed class SalesReports(Database database) : ISalesReports
{
    // Of a range of one tenant's orders by when they were placed; the statuses are those of an order that stands.
    private const string Sold =
        "tenant = $1 and placed_at >= $2 and placed_at < $3 and status in ('stock_verified', 'awaiting_payment', 'in_kitchen', 'ready', 'out_for_delivery', 'completed')";

    public Task<ImmutableArray<SalesRow>> SalesAsync(
        string tenant, DateTimeOffset from, DateTimeOffset to, string timeZone, SalesBy by, CancellationToken cancellationToken)
    {
        var sql = by switch
        {
            SalesBy.Day => ByTime("YYYY-MM-DD"),
            SalesBy.Hour => ByTime("HH24"),
            _ => $"""
                select line->>'itemId', max(line->>'name'), count(*), sum((line->>'quantity')::bigint),
                    sum((line->>'quantity')::bigint * (line->'unitPrice'->>'amount')::bigint)::bigint as revenue
                from orders, json_array_elements(payload::json->'lines') as line
                where {Sold} and $4 = $4
                group by 1
                order by revenue desc, 1
                """,
        };
        return database.QueryAsync(
            "read sales",
            Sending.Search,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand(sql, connection)
                {
                    Parameters = { new() { Value = tenant }, new() { Value = from.UtcDateTime }, new() { Value = to.UtcDateTime }, new() { Value = timeZone } },
                };
                await using var disposing = command.ConfigureAwait(false);
                var rows = ImmutableArray.CreateBuilder<SalesRow>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        rows.Add(new SalesRow(
                            reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : Convert.ToInt64(reader.GetValue(3), null), reader.GetInt64(4)));
                return rows.ToImmutable();
            },
            cancellationToken);
    }

    private static string ByTime(string format) => $"""
        select to_char(placed_at at time zone $4, '{format}') as key, null::text, count(*), null::bigint, sum(total)::bigint
        from orders
        where {Sold}
        group by 1
        order by 1
        """;
}
