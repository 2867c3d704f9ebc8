using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <summary>Orders of years past, handed over long ago: what a table looks like that was not made this morning.</summary>
internal static class History
{
    private const int Students = 20_000;

    public static async Task FillAsync(string database, int orders)
    {
        Console.Error.WriteLine($"writing {orders:N0} orders of the past …");
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false, CommandTimeout = 1800 }.ConnectionString);
        await using var fill = source.CreateCommand("""
            with placed as (
                select n, 'past-' || n as id, now() - interval '1 hour' - n * interval '30 seconds' as at, 'past' || n % $2 as student
                from generate_series(1, $1) as n)
            insert into orders (key, tenant, id, student, number, status, stations, placed_at, total, currency, version, etag, payload)
            select 'iut/' || id, 'iut', id, student, 'A-' || n % 999, 'completed', '{main}', at, 12000, 'BDT', 5, n,
                json_build_object('tenant', 'iut', 'orderId', id, 'student', student, 'number', 'A-1', 'status', 'completed', 'placedAt', at,
                    'note', repeat('x', 1500))
            from placed
            """);
        fill.Parameters.AddWithValue(orders);
        fill.Parameters.AddWithValue(Students);
        await fill.ExecuteNonQueryAsync();
        await using var vacuum = source.CreateCommand("vacuum analyze orders");
        await vacuum.ExecuteNonQueryAsync();
    }
}
