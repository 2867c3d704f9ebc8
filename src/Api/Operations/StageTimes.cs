using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cafeteria.Operations;

/// <summary>
/// What the time of an order goes to, stage by stage, for those requests alone whose caller marks them as sampled (W3C
/// <c>traceparent</c>): so the caller says how many pay for being watched, and the others pay nothing. Only with
/// <c>Metrics:Stages</c>; <c>Rush compare</c> reads it.
/// </summary>
internal sealed class StageTimes : IDisposable
{
    public const string Authenticated = "authenticated";

    private const string RequestIn = "Microsoft.AspNetCore.Hosting.HttpRequestIn", Place = "IOrderGrain/Place", Write = "write orders";

    private static readonly Histogram<double> Duration = new Meter("Cafeteria").CreateHistogram(
        "cafeteria.orders.stage.duration", "s", "Of accepted orders that were marked to be watched: how long each stage took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [.. Enumerable.Range(0, 120).Select(n => 1e-6 * Math.Pow(1.15, n))] });

    private readonly ConcurrentDictionary<ActivityTraceId, Passage> _passages = new();
    private readonly ActivityListener _listener;

    public StageTimes()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name is "Microsoft.AspNetCore" or "Microsoft.Orleans.Application" or "Cafeteria.Persistence",
            Sample = static (ref ActivityCreationOptions<ActivityContext> options) =>
                (options.Parent.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = Started,
            ActivityStopped = Stopped,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    private void Started(Activity activity)
    {
        if (activity.OperationName is RequestIn)
            _passages.TryAdd(activity.TraceId, new Passage());
        else if (_passages.TryGetValue(activity.TraceId, out var passage))
            passage.Begins(activity);
    }

    private void Stopped(Activity activity)
    {
        if (activity.OperationName is RequestIn)
        {
            if (_passages.TryRemove(activity.TraceId, out var ended))
                ended.Report(activity);
        }
        else if (_passages.TryGetValue(activity.TraceId, out var passage))
        {
            passage.Ends(activity);
        }
    }

    /// <summary>One request's way through the process. What its order does after the answer is not its own any more.</summary>
    private sealed class Passage
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<ActivitySpanId, DateTime> _called = [];
        private DateTime? _placing, _answered, _writing;
        private TimeSpan _queued, _queuedBelow, _stored;

        public void Begins(Activity activity)
        {
            lock (_gate)
            {
                if (activity.OperationName is Write)
                    _writing ??= activity.StartTimeUtc;
                else if (activity.Kind is ActivityKind.Client)
                    CallBegins(activity);
                else if (activity.Kind is ActivityKind.Server && _called.TryGetValue(activity.ParentSpanId, out var called))
                    TurnBegins(activity, activity.StartTimeUtc - called);
            }
        }

        public void Ends(Activity activity)
        {
            lock (_gate)
            {
                if (activity.OperationName is Write && activity.StartTimeUtc == _writing)
                    _stored = activity.Duration;
                else if (activity is { OperationName: Place, Kind: ActivityKind.Server }) // the caller's own may end after the request
                    _answered ??= activity.StartTimeUtc + activity.Duration;
            }
        }

        public void Report(Activity request)
        {
            lock (_gate)
            {
                if (_placing is not { } placing || _answered is not { } answered || _writing is null)
                    return; // refused, or no order at all
                var began = request.StartTimeUtc;
                var known = began;
                foreach (ref readonly var happened in request.EnumerateEvents())
                    if (happened.Name is Authenticated)
                        known = happened.Timestamp.UtcDateTime;
                Record("authenticate", known - began);
                Record("parse", placing - known);
                Record("queue", _queued + _queuedBelow);
                Record("grains", answered - placing - _queued - _queuedBelow - _stored);
                Record("storage", _stored);
                Record("respond", began + request.Duration - answered);
                Record("all", request.Duration);
            }
        }

        private void CallBegins(Activity activity)
        {
            if (_writing is not null)
                return;
            _called[activity.SpanId] = activity.StartTimeUtc;
            if (activity.OperationName is Place)
                _placing ??= activity.StartTimeUtc;
        }

        /// <summary>The grains that an order asks are asked at once: it waits for the one with the longest queue.</summary>
        private void TurnBegins(Activity activity, TimeSpan waited)
        {
            if (activity.OperationName is Place)
                _queued = waited;
            else if (waited > _queuedBelow)
                _queuedBelow = waited;
        }

        private static void Record(string stage, TimeSpan time) => Duration.Record(Math.Max(0, time.TotalSeconds), new KeyValuePair<string, object?>("stage", stage));
    }
}
