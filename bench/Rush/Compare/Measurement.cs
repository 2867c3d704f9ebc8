namespace Cafeteria.Bench.Rush;

/// <summary>One timed stretch of one contender under one load, and what it cost.</summary>
/// <param name="Stages">By name: medians; none from a server that does not say.</param>
/// <param name="Generator">CPU µs for each answer, as are <paramref name="Server"/> and <paramref name="Database"/>.</param>
internal sealed record Measurement(
    string Contender, string Load, double PerSecond, TimeSpan P50, TimeSpan P99, double Generator, double Server, double Database,
    double Allocated, double WalBytes, double Transactions, int Failed, IReadOnlyDictionary<string, TimeSpan> Stages)
{
    public double Cpu => Generator + Server + Database;

    /// <summary>The middle one by speed.</summary>
    public static Measurement Median(IEnumerable<Measurement> all)
    {
        var sorted = all.OrderBy(one => one.PerSecond).ToArray();
        return sorted[sorted.Length / 2];
    }
}

/// <summary>Reads the meters before and after a stretch.</summary>
internal sealed class Meters(ServerProcess server, Postgres postgres)
{
    public async Task<(Measurement, ClosedResult)> MeasureAsync(string contender, string load, ClosedLoop loop, int connections, TimeSpan duration)
    {
        var metrics = await server.MetricsAsync();
        var (wal, transactions) = await postgres.WrittenAsync();
        var (generator, of, database) = (Environment.CpuUsage.TotalTime, server.CpuTime, postgres.CpuTime);
        var result = await loop.RunAsync(connections, duration);
        var (generatorAfter, ofAfter, databaseAfter) = (Environment.CpuUsage.TotalTime, server.CpuTime, postgres.CpuTime);
        var (walAfter, transactionsAfter) = await postgres.WrittenAsync();
        var metricsAfter = await server.MetricsAsync();
        var count = Math.Max(1, result.Answers);
        var measurement = new Measurement(
            contender, load, result.PerSecond, result.Latencies.At(0.5), result.Latencies.At(0.99),
            (generatorAfter - generator).TotalMicroseconds / count, (ofAfter - of).TotalMicroseconds / count, (databaseAfter - database).TotalMicroseconds / count,
            (metricsAfter.Allocated - metrics.Allocated) / count, (walAfter - wal) / count, (transactionsAfter - transactions) / count, result.Failed + result.Refused + result.SentAway,
            Rush.Stages.Between(metrics, metricsAfter));
        return (measurement, result);
    }
}
