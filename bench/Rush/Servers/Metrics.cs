using System.Globalization;

namespace Cafeteria.Bench.Rush;

/// <summary>What a server says of itself at one moment (<c>/metrics</c>, Prometheus' text).</summary>
internal sealed class Metrics
{
    private readonly List<(string Name, double Value)> _samples = [];

    private Metrics(string text)
    {
        foreach (var line in text.Split('\n'))
            if (!line.StartsWith('#') && line.LastIndexOf(' ') is var space and > 0
                && double.TryParse(line.AsSpan(space + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                _samples.Add((line[..space], value));
    }

    public static async Task<Metrics> ReadAsync(Uri server)
    {
        using var http = new HttpClient { BaseAddress = server };
        return new Metrics(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
    }

    /// <summary>All that its garbage collector ever gave out, in bytes; 0 when it does not say.</summary>
    public double Allocated => Sum("dotnet_gc_heap_total_allocated");

    /// <summary>What survived its last collection, in bytes.</summary>
    public double Heap => Sum("dotnet_gc_last_collection_heap_size");

    /// <summary>What its collector has of the machine's memory, in bytes.</summary>
    public double Committed => Sum("dotnet_gc_last_collection_memory_committed");

    /// <summary>Collections of all generations.</summary>
    public double FullCollections => Sum("dotnet_gc_collections_total{gc_heap_generation=\"gen2\"");

    /// <summary>Of any generation.</summary>
    public double Collections => Sum("dotnet_gc_collections_total{");

    /// <summary>Seconds in which all stood still for its collector.</summary>
    public double Paused => Sum("dotnet_gc_pause_time_seconds_total");

    public double Activations => Sum("orleans_catalog_activations");

    public double Sum(string beginning) => _samples.Where(sample => sample.Name.StartsWith(beginning, StringComparison.Ordinal)).Sum(sample => sample.Value);

    /// <summary>The median of what a histogram took in since <paramref name="before"/>, in seconds; null when that was nothing.</summary>
    /// <param name="labels">As they are written, <c>stage="parse"</c>.</param>
    public double? MedianSince(Metrics before, string histogram, string labels)
    {
        var earlier = before.Buckets(histogram, labels).ToDictionary();
        var buckets = Buckets(histogram, labels).Select(bucket => (bucket.Bound, Count: bucket.Count - earlier.GetValueOrDefault(bucket.Bound))).OrderBy(bucket => bucket.Bound).ToArray();
        if (buckets is [] || buckets[^1].Count == 0)
            return null;
        var half = buckets[^1].Count / 2;
        var (bound, count) = (0.0, 0.0);
        foreach (var (upper, upTo) in buckets)
        {
            if (upTo >= half)
                return double.IsPositiveInfinity(upper) ? bound : bound + (upper - bound) * (half - count) / (upTo - count);
            (bound, count) = (upper, upTo);
        }

        return bound;
    }

    private IEnumerable<(double Bound, double Count)> Buckets(string histogram, string labels)
    {
        var beginning = $"{histogram}_bucket{{{labels},le=\"";
        foreach (var (name, value) in _samples)
            if (name.StartsWith(beginning, StringComparison.Ordinal))
                yield return (name[beginning.Length..^2] is var bound && bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture), value);
    }
}
