using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cafeteria.Persistence;

/// <summary>The measurements of one <see cref="Database"/>; names are in docs/operations.md.</summary>
internal sealed class Telemetry : IDisposable
{
    public const string Name = "Cafeteria.Persistence";

    /// <summary>A span lists the writers that share its commit, but not all 500 of them.</summary>
    public const int MostLinks = 16;

    public static readonly ActivitySource Source = new(Name);

    private readonly Meter _meter = new(Name);

    public Telemetry(Func<bool> reachable)
    {
        BatchSize = _meter.CreateHistogram(
            "cafeteria.persistence.batch_size", "{row}", "Rows written by one commit",
            advice: new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 5, 10, 20, 50, 100, 200, 500] });
        CommitSeconds = _meter.CreateHistogram(
            "cafeteria.persistence.commit.duration", "s", "From sending a batch to knowing its outcome",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        Writes = _meter.CreateCounter<long>("cafeteria.persistence.writes", "{row}", "Rows written");
        Commits = _meter.CreateCounter<long>("cafeteria.persistence.commits", "{commit}", "Batches committed");
        Conflicts = _meter.CreateCounter<long>("cafeteria.persistence.conflicts", "{row}", "Rows refused because they had changed, or their item's epoch had");
        Retries = _meter.CreateCounter<long>("cafeteria.persistence.retries", "{batch}", "Batches sent again");
        _meter.CreateObservableGauge("cafeteria.persistence.reachable", () => reachable() ? 1 : 0, description: "1 while the database answers");
    }

    public Histogram<int> BatchSize { get; }

    public Histogram<double> CommitSeconds { get; }

    public Counter<long> Writes { get; }

    public Counter<long> Commits { get; }

    public Counter<long> Conflicts { get; }

    public Counter<long> Retries { get; }

    public void Dispose() => _meter.Dispose();
}
