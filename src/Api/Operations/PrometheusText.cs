using System.Buffers;
using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Cafeteria.Operations;

/// <summary>
/// Metrics in Prometheus' text format 0.0.4: names and units as its conventions want them (base units, <c>_total</c>),
/// one HELP and TYPE a name, histograms cumulative. Or in OpenMetrics 1.0, which says the same and can say of a bucket, beside
/// it, the trace of a request that is in it.
/// </summary>
internal sealed class PrometheusText(bool openMetrics = false)
{
    public const string PlainType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private static readonly SearchValues<char> NeedsEscape = SearchValues.Create("\\\"\n");

    public string ContentType => openMetrics ? OpenMetricsType : PlainType;

    // A family's samples must stand together; two meters may feed one family.
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    public void Add(Metric metric)
    {
        var (unit, scale) = UnitOf(metric.Unit);
        var counter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var name = NameOf(metric.Name, unit, counter);
        var type = counter ? "counter" : metric.MetricType is MetricType.Histogram or MetricType.ExponentialHistogram ? "histogram" : "gauge";
        if (!_families.TryGetValue(name, out var family))
            _families[name] = family = new Family(type, metric.Description is { Length: > 0 } help ? help : metric.Name);
        else if (family.Type != type)
            return;

        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = LabelsOf(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    family.Sample(name, labels, point.GetSumLong() * scale);
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    family.Sample(name, labels, point.GetSumDouble() * scale);
                    break;
                case MetricType.LongGauge:
                    family.Sample(name, labels, point.GetGaugeLastValueLong() * scale);
                    break;
                case MetricType.DoubleGauge:
                    family.Sample(name, labels, point.GetGaugeLastValueDouble() * scale);
                    break;
                case MetricType.Histogram:
                    var count = 0L;
                    var examples = ExamplesOf(in point);
                    foreach (var bucket in point.GetHistogramBuckets())
                    {
                        count += bucket.BucketCount;
                        var bound = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound * scale);
                        family.Sample(name + "_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", count, ExampleUpTo(bucket.ExplicitBound, examples, scale));
                    }

                    family.Sample(name + "_sum", labels, point.GetHistogramSum() * scale);
                    family.Sample(name + "_count", labels, point.GetHistogramCount());
                    break;
            }
        }
    }

    /// <summary>A gauge that is no instrument's.</summary>
    public void Add(string name, string help, IEnumerable<((string Name, string Value)[] Labels, double Value)> samples)
    {
        var family = _families[name] = new Family("gauge", help);
        foreach (var (labels, value) in samples)
            family.Sample(name, string.Join(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value)}\"")), value);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, family) in _families)
        {
            if (family.Samples.Length == 0)
                continue;
            // OpenMetrics calls a counter's family by its name without the ending.
            var called = openMetrics && family.Type == "counter" ? name[..^"_total".Length] : name;
            text.Append("# HELP ").Append(called).Append(' ').Append(openMetrics ? Escape(family.Help) : family.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
            text.Append("# TYPE ").Append(called).Append(' ').Append(family.Type).Append('\n');
            text.Append(family.Samples);
        }

        return openMetrics ? text.Append("# EOF\n").ToString() : text.ToString();
    }

    /// <summary>http.server.request.duration in s → http_server_request_duration_seconds.</summary>
    internal static string NameOf(string name, string unit, bool counter)
    {
        var text = new StringBuilder(name.Length + 16);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0 && text[^1] != '_')
                text.Append('_');
            if (char.IsAsciiLetterOrDigit(c))
                text.Append(char.ToLowerInvariant(c));
            else if (text.Length > 0 && text[^1] != '_')
                text.Append('_');
        }

        if (text.Length > 0 && char.IsAsciiDigit(text[0]))
            text.Insert(0, '_');
        var made = text.ToString().TrimEnd('_');
        if (unit.Length > 0 && !made.EndsWith("_" + unit, StringComparison.Ordinal))
            made += "_" + unit;
        // Orleans calls instruments orleans-…-count and …-total; only counters may end so.
        if (!counter && made.EndsWith("_total", StringComparison.Ordinal))
            made = made[..^"_total".Length];
        if (!counter && made.EndsWith("_count", StringComparison.Ordinal))
            made = made[..^"_count".Length];
        return counter && !made.EndsWith("_total", StringComparison.Ordinal) ? made + "_total" : made;
    }

    /// <summary>The base unit's name, and what turns a value into it. Units in braces ({request}) only annotate.</summary>
    internal static (string Name, double Scale) UnitOf(string? unit) => unit switch
    {
        "s" => ("seconds", 1),
        "ms" => ("seconds", 1e-3),
        "us" => ("seconds", 1e-6),
        "ns" => ("seconds", 1e-9),
        "By" or "bytes" => ("bytes", 1),
        "KBy" or "kb" => ("bytes", 1024),
        "MBy" or "mb" => ("bytes", 1024 * 1024),
        "%" => ("ratio", 0.01),
        _ => ("", 1),
    };

    /// <summary>Requests that were traced, by how long they took; the newest of each bucket.</summary>
    private Queue<Exemplar> ExamplesOf(ref readonly MetricPoint point)
    {
        var examples = new List<Exemplar>();
        if (openMetrics && point.TryGetExemplars(out var exemplars))
            foreach (ref readonly var exemplar in exemplars)
                if (exemplar.TraceId != default)
                    examples.Add(exemplar);
        return new Queue<Exemplar>(examples.OrderBy(exemplar => exemplar.DoubleValue));
    }

    private static string ExampleUpTo(double bound, Queue<Exemplar> examples, double scale)
    {
        Exemplar? found = null;
        while (examples.TryPeek(out var next) && next.DoubleValue <= bound)
            found = examples.Dequeue();
        return found is { } it
            ? $" # {{trace_id=\"{it.TraceId.ToHexString()}\",span_id=\"{it.SpanId.ToHexString()}\"}} {Number(it.DoubleValue * scale)} {(it.Timestamp.ToUnixTimeMilliseconds() / 1e3).ToString("F3", CultureInfo.InvariantCulture)}"
            : "";
    }

    private static string LabelsOf(ReadOnlyTagCollection tags)
    {
        if (tags.Count == 0)
            return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var tag in tags)
            labels[NameOf(tag.Key, "", false)] = Convert.ToString(tag.Value, CultureInfo.InvariantCulture) ?? "";
        return string.Join(',', labels.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""));
    }

    private static string Escape(string value)
        => value.AsSpan().ContainsAny(NeedsEscape)
            ? value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
            : value;

    private static string Number(double value)
        => double.IsNaN(value) ? "NaN" : double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : Math.Round(value, 9).ToString("R", CultureInfo.InvariantCulture);

    private sealed class Family(string type, string help)
    {
        public string Type => type;

        public string Help => help;

        public StringBuilder Samples { get; } = new();

        public void Sample(string name, string labels, double value, string example = "")
        {
            Samples.Append(name);
            if (labels.Length > 0)
                Samples.Append('{').Append(labels).Append('}');
            Samples.Append(' ').Append(Number(value)).Append(example).Append('\n');
        }
    }
}
