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
        BatchSize = _meter.CreateHistogram<int>("cafeteria.persistence.batch_size", "{row}", "Rows written by one commit");
        CommitSeconds = _meter.CreateHistogram<double>("cafeteria.persistence.commit.duration", "s", "From sending a batch to knowing its outcome");
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
