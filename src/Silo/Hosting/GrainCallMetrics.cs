using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Cafeteria.Orders;
using Orleans;

namespace Cafeteria.Silo.Hosting;

/// <summary>
/// Rate, errors and duration of every grain method, where Orleans' own figures know no methods: under the names, with the tags
/// and seen from the same side (the caller's, with the wait for the turn in it) as the embedded host's, so that dashboards and
/// alerts ask both hosts alike. Calls of Orleans' own grains are not measured.
/// </summary>
internal sealed class GrainCallMetrics : IOutgoingGrainCallFilter
{
    private static readonly Meter Meter = new("Cafeteria.GrainCalls");
    private static readonly Histogram<double> Latency = Meter.CreateHistogram<double>("orleans-app-requests-latency", "ms", "Grain calls, from the caller's side.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("orleans-app-requests-failed", null, "Grain calls that ended with an exception.");
    private static readonly Assembly Ours = typeof(IOrderGrain).Assembly;

    private readonly ConcurrentDictionary<MethodInfo, TagList> _tags = new();

    public Task Invoke(IOutgoingGrainCallContext context) =>
        context.InterfaceMethod is { } method && method.DeclaringType?.Assembly == Ours ? MeasureAsync(context, method) : context.Invoke();

    private async Task MeasureAsync(IOutgoingGrainCallContext context, MethodInfo method)
    {
        var tags = _tags.GetOrAdd(method, static method => new TagList { { "grain", method.DeclaringType!.Name }, { "method", method.Name } });
        var started = Stopwatch.GetTimestamp();
        try
        {
            await context.Invoke();
        }
        catch
        {
            Failed.Add(1, tags);
            throw;
        }
        finally
        {
            Latency.Record(Stopwatch.GetElapsedTime(started).TotalMilliseconds, tags);
        }
    }
}
