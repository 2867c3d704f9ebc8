using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Cafeteria.Http;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Cafeteria.Storage;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tracking;

/// <summary>
/// This process's ear on the order feeds, shared by all its open streams: one observer, renewed every 10 s with all feeds
/// of every tenant that is being watched here. What it hears is a hint; every 5 s the rows say what was not heard.
/// </summary>
internal sealed partial class LiveOrders(
    IGrainFactory grains, IOrderRows rows, IDatabaseHealth health, IChaos chaos, IOptions<TrackingOptions> options, ILogger<LiveOrders> logger)
    : BackgroundService, IOrderFeedObserver
{
    // The host answers requests before the first feed can be reached only in the first moments of a process.
    private static readonly TimeSpan FeedsWithin = TimeSpan.FromSeconds(2);
    private static readonly ActivitySource Source = new("Cafeteria.Tracking");
    private readonly ConcurrentDictionary<string, WatchedTenant> _tenants = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private IOrderFeedObserver? _reference;
    private volatile bool _heard = true;

    /// <summary>Whether the last renewal reached the feeds of every tenant.</summary>
    public bool Listening => _heard;

    /// <summary>The tenant's open trackers in this process.</summary>
    public int Trackers(string tenant) => _tenants.TryGetValue(tenant, out var watched) ? watched.Trackers : 0;

    /// <summary>The orders of each tenant that somebody follows by themselves here.</summary>
    public IEnumerable<(string Tenant, IReadOnlyCollection<string> Orders)> Followed() =>
        _tenants.Select(tenant => (tenant.Key, tenant.Value.Orders.Keys())).Where(followed => followed.Item2.Count > 0);

    public void Post(string tenant, QueueEvent place) => Tenant(tenant).Orders.Post(place.OrderId, new Signal(Place: place));

    public LiveConnection WatchOrder(string tenant, string orderId, EventStream stream)
    {
        var watched = Tenant(tenant);
        var connection = new LiveConnection(options.Value.BufferedChanges, closed => watched.Orders.Remove(orderId, closed));
        watched.Orders.Add(orderId, connection);
        stream.Own(connection);
        return connection;
    }

    public LiveConnection WatchStudent(string tenant, string student, EventStream stream)
    {
        var watched = Tenant(tenant);
        var connection = new LiveConnection(options.Value.BufferedChanges, closed => watched.Students.Remove(student, closed));
        watched.Students.Add(student, connection);
        stream.Own(connection);
        return connection;
    }

    /// <summary>Every change of the tenant's orders: for the kitchen's wall.</summary>
    public LiveConnection WatchTenant(string tenant, EventStream stream)
    {
        var watched = Tenant(tenant);
        var connection = new LiveConnection(options.Value.BufferedChanges, closed => watched.Everything.Remove("", closed));
        watched.Everything.Add("", connection);
        stream.Own(connection);
        return connection;
    }

    /// <summary>Returns when the feeds know of this process: what changes after this is heard. Gives up quietly after 2 s; the comparison heals.</summary>
    public async Task ReadyAsync(string tenant, CancellationToken cancellationToken)
    {
        var ready = Tenant(tenant).Ready(() => ObserveAsync(tenant));
        if (ready.IsCompletedSuccessfully)
            return;
        try
        {
            await ready.WaitAsync(FeedsWithin, cancellationToken);
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e) && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            LogNotObserved(tenant, e.GetType().Name);
        }
    }

    public Task Push(ImmutableArray<OrderChanged> changes)
    {
        if (!changes.IsEmpty && chaos.Strike(ChaosPart.Notifications, changes[0].Tenant) is { } fault)
            _ = PostLateAsync(changes, fault);
        else
            Post(changes);
        return Task.CompletedTask;
    }

    /// <summary>What is lost on purpose stays lost; the comparison finds it.</summary>
    private async Task PostLateAsync(ImmutableArray<OrderChanged> changes, Fault fault)
    {
        if (fault.Mode is not ChaosMode.Latency)
            return;
        await Task.Delay(fault.Latency);
        Post(changes);
    }

    private void Post(ImmutableArray<OrderChanged> changes)
    {
        foreach (var change in changes)
        {
            if (!_tenants.TryGetValue(change.Tenant, out var tenant))
                continue;
            using var activity = Telling(change);
            var signal = new Signal(change);
            tenant.Orders.Post(change.OrderId, signal);
            tenant.Students.Post(change.Student, signal);
            tenant.Everything.Post("", signal);
        }
    }

    /// <summary>The end of the trace that began with the request: every stream that follows the order has the change in its buffer.</summary>
    private static Activity? Telling(OrderChanged change) =>
        change.Trace is not null && Source.HasListeners() && ActivityContext.TryParse(change.Trace, null, isRemote: true, out var cause)
            ? Source.StartActivity("notify watchers", ActivityKind.Consumer, cause)
            : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var now = Environment.TickCount64;
        var (renewAt, compareAt, pingAt) = (now + Ms(options.Value.RenewEvery), now + Ms(options.Value.CompareEvery), now + Ms(options.Value.PingEvery));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Clamp(Ms(options.Value.CompareEvery) / 5, 50, 1000)));
        try
        {
            while (await tick.WaitForNextTickAsync(stoppingToken))
            {
                now = Environment.TickCount64;
                if (now >= pingAt)
                {
                    pingAt = now + Ms(options.Value.PingEvery);
                    foreach (var (_, tenant) in _tenants)
                        tenant.PostAll(new Signal(Ping: true));
                }

                if (health is not { Serving: true, Reachable: true })
                    continue;
                if (now >= renewAt)
                {
                    renewAt = now + Ms(options.Value.RenewEvery);
                    await RenewAsync(stoppingToken);
                }

                if (now >= compareAt)
                {
                    compareAt = now + Ms(options.Value.CompareEvery);
                    await CompareAsync(stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopping.
        }

        if (_reference is not null)
            grains.DeleteObjectReference<IOrderFeedObserver>(_reference);

        static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
    }

    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        var heard = true;
        foreach (var (id, tenant) in _tenants)
        {
            if (tenant.IsWatched)
            {
                // Not waited for longer than the next renewal: a feed that hangs must not keep the others from being told.
                heard &= await SettleAsync(tenant.Renew(() => ObserveAsync(id)), id, cancellationToken);
            }
            else if (tenant.Forget())
            {
                heard &= await SettleAsync(EachFeedAsync(id, static (feed, reference) => feed.Forget(reference)), id, cancellationToken);
                // Somebody came meanwhile, and may have been forgotten with the rest.
                if (tenant.IsWatched)
                    heard &= await SettleAsync(tenant.Renew(() => ObserveAsync(id)), id, cancellationToken);
            }
        }

        _heard = heard;
    }

    private async Task<bool> SettleAsync(Task work, string tenant, CancellationToken cancellationToken)
    {
        try
        {
            await work.WaitAsync(FeedsWithin, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A feed that is moving or restarting: the next renewal finds it, and the comparison covers until then.
            LogNotObserved(tenant, e.GetType().Name);
            return false;
        }
    }

    private Task ObserveAsync(string tenant) => EachFeedAsync(tenant, static (feed, reference) => feed.Observe(reference));

    private Task EachFeedAsync(string tenant, Func<IOrderFeedGrain, IOrderFeedObserver, Task> call)
    {
        var reference = Reference();
        return Task.WhenAll(StreamNames.OrderEventsKeys(tenant).Select(key => call(grains.GetGrain<IOrderFeedGrain>(key), reference)));
    }

    private IOrderFeedObserver Reference()
    {
        lock (_gate)
            return _reference ??= grains.CreateObjectReference<IOrderFeedObserver>(this);
    }

    /// <summary>One question for all orders watched: a connection that is behind its order's row is told to read the order.</summary>
    private async Task CompareAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, tenant) in _tenants)
        {
            try
            {
                if (tenant.Orders.Keys() is { Count: > 0 } watched)
                    foreach (var (order, version) in await rows.VersionsAsync(id, watched, cancellationToken))
                        tenant.Orders.Post(order, new Signal(RowVersion: version));

                var open = tenant.Students.Keys().Select(async student => (student, Orders: await rows.OpenOrdersOfAsync(id, student, cancellationToken)));
                foreach (var (student, orders) in await Task.WhenAll(open))
                    tenant.Students.Post(student, new Signal(Open: orders));
            }
            catch (Exception e) when (ApiExceptionHandler.IsPassing(e) && !(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                LogNotCompared(id, e.GetType().Name);
            }
        }
    }

    private WatchedTenant Tenant(string id) => _tenants.GetOrAdd(id, static _ => new WatchedTenant());

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all order feeds of {Tenant} could be observed: {Reason}")]
    private partial void LogNotObserved(string tenant, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The watched orders of {Tenant} could not be compared with their rows: {Reason}")]
    private partial void LogNotCompared(string tenant, string reason);
}
