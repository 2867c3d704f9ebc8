using System.Text.Json;
using Cafeteria.Tenants;
using Cafeteria.Tracking;

namespace Cafeteria.Operations;

/// <summary>One cafeteria as its manager sees it, and who is looking.</summary>
internal sealed class NowDesk(
    string tenant, TenantInfo info, RefusedOrders refused, PartsHealth health, LiveOrders live, IChaos chaos, NowBooks books, JsonSerializerOptions json)
{
    private static readonly TimeSpan FirstWithin = TimeSpan.FromSeconds(2);
    private readonly Queue<long> _refused = new();
    private readonly Dictionary<DateTimeOffset, (long RefusedBefore, int Trackers)> _minutes = [];
    private Task<IReadOnlyList<PartHealth>> _asking = Task.FromResult<IReadOnlyList<PartHealth>>([]);
    private IReadOnlyList<PartHealth> _parts = [];
    private TaskCompletionSource<StreamEvent> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _looking;

    public string Tenant => tenant;

    public bool IsLookedAt => Volatile.Read(ref _looking) > 0;

    public IDisposable Look()
    {
        Interlocked.Increment(ref _looking);
        return new Onlooker(this);
    }

    /// <summary>The books and the parts before the first frame, but not for long: what hangs is what the frame is to tell of.</summary>
    public async Task ReadAsync()
    {
        var parts = health.ReadAsync(tenant);
        await Task.WhenAny(Task.WhenAll(books.ReadWhenDue(), parts), Task.Delay(FirstWithin));
        if (parts.IsCompletedSuccessfully)
            _parts = await parts;
    }

    public Task<StreamEvent> NextFrameAsync(CancellationToken ended) => Volatile.Read(ref _next).Task.WaitAsync(ended);

    /// <summary>A second has passed in that minute.</summary>
    public void Count(DateTimeOffset minute)
    {
        var total = refused.Of(tenant);
        _refused.Enqueue(total);
        if (_refused.Count > 60)
            _refused.Dequeue();
        var known = _minutes.TryGetValue(minute, out var so) ? so : (RefusedBefore: total, Trackers: 0);
        _minutes[minute] = (known.RefusedBefore, Math.Max(known.Trackers, live.Trackers(tenant)));
        _minutes.Remove(minute.AddMinutes(-NowFeed.HistoryMinutes));
    }

    public void Publish(NowFrame frame)
    {
        _ = books.ReadWhenDue();
        if (_asking.IsCompleted)
        {
            if (_asking is { IsCompletedSuccessfully: true, Result: { Count: > 0 } parts })
                _parts = parts;
            _asking = health.ReadAsync(tenant);
        }

        Interlocked.Exchange(ref _next, new TaskCompletionSource<StreamEvent>(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(Event("now", frame));
    }

    public StreamEvent Event<T>(string type, T data) => StreamEvent.Of(type, null, data, json);

    public NowFrame Frame(DateTimeOffset now, Times recent, IReadOnlyList<NowMinute> minutes)
    {
        var (said, faults) = (books.Last, chaos.Active.Where(fault => fault.Tenant == tenant).ToArray());
        var last = said.LastMinute;
        return new NowFrame(
            now,
            new RequestFigures((double)recent.Requests / RequestTimes.WindowSeconds, recent.Errors, recent.Average, recent.P50, recent.P95, recent.P99),
            new OrderFigures(last.Accepted, last.Rejected, last.Failed, (int)(refused.Of(tenant) - _refused.FirstOrDefault(refused.Of(tenant))), In(last.Takings)),
            said.At,
            said.States,
            said.Stations,
            live.Trackers(tenant),
            [.. _parts.Select(part => new PartResponse(
                part.Part, part.State, part.Seconds,
                faults.FirstOrDefault(fault => HealthEndpoints.PartOf(fault) == part.Part) is { } fault ? FaultResponse.Of(fault, chaos) : null))],
            minutes);
    }

    public NowMinute Minute(DateTimeOffset at, Times? times)
    {
        var orders = books.Last.Minutes.FirstOrDefault(minute => minute.At == at);
        var (refusedBefore, trackers) = _minutes.GetValueOrDefault(at);
        var refusedThen = !_minutes.ContainsKey(at) ? 0
            : (_minutes.TryGetValue(at.AddMinutes(1), out var next) ? next.RefusedBefore : refused.Of(tenant)) - refusedBefore;
        return new NowMinute(
            at, orders?.Accepted ?? 0, orders?.Rejected ?? 0, orders?.Failed ?? 0, (int)refusedThen, In(orders?.Takings ?? 0),
            times?.Requests ?? 0, times?.Errors ?? 0, times?.Average, times?.P95, trackers);
    }

    private Money In(long amount) => new(amount, info.Currency);

    private sealed class Onlooker(NowDesk desk) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref desk._looking);
    }
}
