using System.Diagnostics.Metrics;

namespace Cafeteria.Operations;

/// <summary>How long requests took, in seconds; null where there was none.</summary>
/// <param name="Errors">Requests that were answered with 5xx.</param>
internal sealed record Times(long Requests, long Errors, double? Average, double? P50, double? P95, double? P99);

/// <summary>
/// How fast this process answers: the API's requests, event streams left out, second by second. Counted where the framework
/// counts, so a request costs it a few nanoseconds more and no memory.
/// </summary>
internal sealed class RequestTimes : IDisposable
{
    /// <summary>What the banner's average and the percentiles look back on.</summary>
    public const int WindowSeconds = 30;

    private readonly MeterListener _listener = new();
    private readonly Slot[] _seconds = [.. Enumerable.Range(0, WindowSeconds + 1).Select(_ => new Slot())];
    private readonly Slot _minute = new();
    private volatile Slot _now;
    private volatile Times _recent = new(0, 0, null, null, null, null);
    private int _next;

    public RequestTimes(IMeterFactory meters)
    {
        _now = _seconds[0];
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            // Another host in the same process has requests of its own.
            if (instrument is { Name: "http.server.request.duration", Meter.Name: "Microsoft.AspNetCore.Hosting" } && ReferenceEquals(instrument.Meter.Scope, meters))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Record(seconds, tags));
        _listener.Start();
    }

    /// <summary>The last <see cref="WindowSeconds"/> seconds, as of the last whole one.</summary>
    public Times Recent => _recent;

    /// <summary>A second is over: called by the one who keeps the time.</summary>
    public void NextSecond()
    {
        var ended = _now;
        _next = (_next + 1) % _seconds.Length;
        // The oldest becomes the newest. Who still counts into the one that has ended is a second late, and no more.
        _seconds[_next].Clear();
        _now = _seconds[_next];
        _minute.Add(ended);
        var window = new Slot();
        foreach (var slot in _seconds)
            window.Add(slot);
        _recent = window.Sum();
    }

    /// <summary>What the minute brought that is ending; the next one begins.</summary>
    public Times NextMinute()
    {
        var times = _minute.Sum();
        _minute.Clear();
        return times;
    }

    /// <summary>What this minute brought so far.</summary>
    public Times ThisMinute() => _minute.Sum();

    public void Dispose() => _listener.Dispose();

    private void Record(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (counts, error) = (false, false);
        foreach (ref readonly var tag in tags)
        {
            if (tag.Key == "http.route")
                counts = tag.Value is string route && Counts(route);
            else if (tag.Key == "http.response.status_code")
                error = tag.Value is >= 500;
        }

        if (counts)
            _now.Record(seconds, error);
    }

    /// <summary>A stream's time says how long somebody watched.</summary>
    internal static bool Counts(string route)
        => (route.StartsWith("/api/v1/", StringComparison.Ordinal) || route.StartsWith("api/v1/", StringComparison.Ordinal))
            && !route.EndsWith("/events", StringComparison.Ordinal);

    /// <summary>Times by their magnitude, each bucket a tenth wider than the one before: 0.1 ms to a minute and a half.</summary>
    internal sealed class Slot
    {
        private const double Smallest = 0.0001, Growth = 1.1;
        private const int Buckets = 145;

        private static readonly double LogGrowth = Math.Log(Growth);

        private readonly int[] _counts = new int[Buckets];
        private long _microseconds, _errors;

        public void Record(double seconds, bool error)
        {
            var bucket = seconds <= Smallest ? 0 : Math.Min(Buckets - 1, (int)(Math.Log(seconds / Smallest) / LogGrowth) + 1);
            Interlocked.Increment(ref _counts[bucket]);
            Interlocked.Add(ref _microseconds, (long)(seconds * 1e6));
            if (error)
                Interlocked.Increment(ref _errors);
        }

        public void Add(Slot other)
        {
            for (var i = 0; i < Buckets; i++)
                _counts[i] += Volatile.Read(ref other._counts[i]);
            _microseconds += Volatile.Read(ref other._microseconds);
            _errors += Volatile.Read(ref other._errors);
        }

        public void Clear()
        {
            Array.Clear(_counts);
            (_microseconds, _errors) = (0, 0);
        }

        public Times Sum()
        {
            var requests = 0L;
            foreach (var count in _counts)
                requests += count;
            return requests == 0
                ? new Times(0, 0, null, null, null, null)
                : new Times(requests, _errors, _microseconds / 1e6 / requests, Percentile(requests, 0.5), Percentile(requests, 0.95), Percentile(requests, 0.99));
        }

        private double Percentile(long requests, double share)
        {
            var (rank, seen) = (Math.Max(1, (long)Math.Ceiling(requests * share)), 0L);
            for (var i = 0; i < Buckets; i++)
                if ((seen += _counts[i]) >= rank)
                    return Smallest * Math.Pow(Growth, i - 0.5);
            return Smallest * Math.Pow(Growth, Buckets);
        }
    }
}
