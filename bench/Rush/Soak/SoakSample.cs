using Npgsql;

namespace Cafeteria.Bench.Rush;

/// <summary>What is looked at every ten seconds.</summary>
/// <param name="RowBytes">Of tables and indexes, for each order there is: it rises when dead rows are not reused.</param>
/// <param name="DeadRows">That vacuum has not taken away yet, for each live one.</param>
internal sealed record SoakSample(
    double Minutes, double MemoryMb, double HeapMb, int Handles, int Threads, double Connections, double Grains, double TablesMb, double RowBytes, double DeadRows, double PerSecond, double P99Ms)
{
    // Estimates of the statistics collector: counting millions of rows every ten seconds would be a load of its own.
    private const string Sql = """
        select (select count(*) from pg_stat_activity where datname = current_database())::float8,
            sum(pg_total_relation_size(relid))::float8,
            coalesce(sum(n_live_tup) filter (where relname = 'orders'), 0)::float8,
            sum(n_live_tup)::float8, sum(n_dead_tup)::float8
        from pg_stat_user_tables
        """;

    public static async Task<SoakSample> TakeAsync(Installation installation, TimeSpan at, Latencies waits)
    {
        var (memory, threads, handles) = installation.Silo.Size;
        var metrics = await installation.Silo.MetricsAsync();
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(installation.Database) { Pooling = false }.ConnectionString);
        await using var command = source.CreateCommand(Sql);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        var (connections, bytes, orders, live, dead) = (reader.GetDouble(0), reader.GetDouble(1), reader.GetDouble(2), reader.GetDouble(3), reader.GetDouble(4));
        return new SoakSample(
            at.TotalMinutes, memory / 1e6, metrics.Heap / 1e6, handles, threads, connections - 1, metrics.Activations, bytes / 1e6,
            orders > 0 ? bytes / orders : 0, live > 0 ? dead / live : 0, waits.Count / 10.0, waits.At(0.99).TotalMilliseconds);
    }
}
