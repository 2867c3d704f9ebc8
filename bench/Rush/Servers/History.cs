using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// Orders of years past, handed over long ago, and their rows in the ledger: what tables look like that were not made this
/// morning. Their ids are spread over the index as the product's are; the dishes are not on the menu any more.
/// </summary>
internal static class History
{
    private const int Students = 20_000, Dishes = 50;

    public static async Task FillAsync(string database, int orders)
    {
        Console.Error.WriteLine($"writing {orders:N0} orders of the past …");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false, CommandTimeout = 1800 }.ConnectionString);
        await using var fill = source.CreateCommand("""
            with placed as materialized (
                select n, left(translate(md5(n::text), '0189', 'ghij'), 26) as id, now() - interval '1 hour' - ($1 - n) * interval '30 seconds' as at,
                    'past' || n % $2 as student, 'past-' || n % $3 as item, left(md5('attempt ' || n), 16) as attempt
                from generate_series(1, $1) as n),
            ordered as (
                insert into orders (key, tenant, id, student, number, status, stations, placed_at, total, currency, version, etag, payload)
                select 'iut/' || id, 'iut', id, student, 'A-' || n % 999, 'completed', '{main}', at, 12000, 'BDT', 5, n,
                    json_build_object('tenant', 'iut', 'orderId', id, 'student', student, 'number', 'A-1', 'status', 'completed', 'placedAt', at,
                        'note', repeat('x', 1500))
                from placed order by n)
            insert into stock_ledger (tenant, item, kind, quantity, epoch, order_id, attempt, at)
            select 'iut', item, 'sold', 1, 1, id, attempt, at from placed order by n
            """);
        fill.Parameters.AddWithValue(orders);
        fill.Parameters.AddWithValue(Students);
        fill.Parameters.AddWithValue(Dishes);
        await fill.ExecuteNonQueryAsync();
        await using var vacuum = source.CreateCommand("vacuum analyze orders, stock_ledger");
        await vacuum.ExecuteNonQueryAsync();
    }
}
