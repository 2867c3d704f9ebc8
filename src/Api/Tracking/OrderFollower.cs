using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Cafeteria.Http;
using Cafeteria.Orders;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tracking;

/// <summary>Turns what a connection hears into events, reading the order again whenever something was missed.</summary>
internal sealed partial class OrderFollower(
    IGrainFactory grains,
    IOrderRows rows,
    IOptions<JsonOptions> json,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<OrderFollower> logger)
{
    /// <summary>Orders that ended this recently are still in the snapshot of one's orders.</summary>
    private static readonly TimeSpan RecentlyEnded = TimeSpan.FromMinutes(10);

    private JsonSerializerOptions Json => json.Value.SerializerOptions;

    /// <summary>One order, from its state read after the connection was registered to its end.</summary>
    public async IAsyncEnumerable<StreamEvent> FollowAsync(
        OrderState order, int? lastSeen, LiveConnection connection, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var sequence = new OrderSequence();
        var began = false;
        foreach (var (snapshot, item) in sequence.Begin(order, lastSeen))
        {
            began = true;
            yield return snapshot ? Snapshot(item, withId: true) : Status(item, withId: true);
        }

        // Headers leave with the first event only: a client that is up to date would wait for its stream to open.
        if (!began)
            yield return StreamEvent.Ping;

        var behind = false;
        var place = new QueueEvent(order.OrderId, null);
        while (!sequence.Final && await connection.WaitAsync(ended))
        {
            while (!sequence.Final && connection.TryRead(out var signal))
            {
                behind |= connection.TakeLost() | signal.RowVersion > sequence.Seen;
                if (signal.Change is { } change)
                {
                    if (sequence.Accept(change) is { } events)
                        foreach (var item in events)
                            yield return Status(item, withId: true);
                    else
                        behind = true;
                }

                if (signal.Place is { } moved && moved != place)
                    yield return StreamEvent.Of("queue", null, place = moved, Json);
                if (signal.Ping)
                    yield return StreamEvent.Ping;
                if (!behind || await ReadAsync(order.Tenant, order.OrderId) is not { } truth)
                    continue;
                behind = false;
                foreach (var item in sequence.CatchUp(truth))
                    yield return Status(item, withId: true);
            }
        }
    }

    /// <summary>All orders of a student: those that are open or ended just now, and every one that is placed from here on.</summary>
    public async IAsyncEnumerable<StreamEvent> FollowAllAsync(
        string tenant, string student, ImmutableArray<OrderState> orders, LiveConnection connection, CancellationToken ended, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var followed = new Dictionary<string, OrderSequence>(StringComparer.Ordinal);
        foreach (var order in orders)
            foreach (var item in Begin(order))
                yield return item;
        if (orders.IsEmpty)
            yield return StreamEvent.Ping;

        var unread = new HashSet<string>(StringComparer.Ordinal);
        while (await connection.WaitAsync(ended))
        {
            while (connection.TryRead(out var signal))
            {
                // What was dropped may have been of any order that goes on.
                if (connection.TakeLost())
                    unread.UnionWith(followed.Where(order => !order.Value.Final).Select(order => order.Key));
                if (signal.Change is { } change)
                {
                    if (followed.TryGetValue(change.OrderId, out var known) && known.Accept(change) is { } events)
                        foreach (var item in events)
                            yield return Status(item, withId: false);
                    else
                        unread.Add(change.OrderId);
                }

                if (!signal.Open.IsDefault)
                {
                    // Open by the rows and unknown here: its first event was lost. Open here and not there: its last was.
                    unread.UnionWith(signal.Open.Where(id => !followed.ContainsKey(id)));
                    unread.UnionWith(followed.Where(order => !order.Value.Final && !signal.Open.Contains(order.Key)).Select(order => order.Key));
                }

                if (signal.Ping)
                {
                    yield return StreamEvent.Ping;
                    // In between, an order's versions are compared too, though not as often as its being there.
                    unread.UnionWith(followed.Where(order => !order.Value.Final).Select(order => order.Key));
                    Trim(followed);
                }
            }

            foreach (var id in unread.ToArray())
            {
                if (await ReadAsync(tenant, id) is not { } truth)
                    continue;
                unread.Remove(id);
                if (followed.TryGetValue(id, out var known))
                    foreach (var item in known.CatchUp(truth))
                        yield return Status(item, withId: false);
                else if (truth.Status is not OrderStatus.Abandoned)
                    foreach (var item in Begin(truth))
                        yield return item;
            }
        }

        IEnumerable<StreamEvent> Begin(OrderState order)
        {
            var sequence = followed[order.OrderId] = new OrderSequence();
            return sequence.Begin(order, null).Select(item => Snapshot(item.Event, withId: false));
        }
    }

    /// <summary>Every open order of the student, and those that ended within ten minutes, oldest first.</summary>
    public async Task<ImmutableArray<OrderState>> OrdersOfAsync(string tenant, string student, CancellationToken cancellationToken)
    {
        var open = await rows.ListAsync(new OrderQuery(tenant, student, Open, Limit: Paging.MaxLimit), cancellationToken);
        var ended = await rows.ListAsync(new OrderQuery(tenant, student, Ended, Limit: Paging.DefaultLimit), cancellationToken);
        var since = clock.GetUtcNow() - RecentlyEnded;
        return [.. open.Concat(ended.Where(order => order.History is [.., var last] && last.At >= since)).DistinctBy(order => order.OrderId).OrderBy(order => order.PlacedAt)];
    }

    private static readonly ImmutableArray<OrderStatus> Open = [.. Enum.GetValues<OrderStatus>().Where(status => !status.IsFinal())];
    private static readonly ImmutableArray<OrderStatus> Ended = [.. Enum.GetValues<OrderStatus>().Where(status => status.IsFinal() && status is not OrderStatus.Abandoned)];

    private static void Trim(Dictionary<string, OrderSequence> followed)
    {
        const int most = 200;
        if (followed.Count > most)
            foreach (var id in followed.Where(order => order.Value.Final).Select(order => order.Key).Take(followed.Count - most).ToArray())
                followed.Remove(id);
    }

    private async ValueTask<OrderState?> ReadAsync(string tenant, string orderId)
    {
        try
        {
            return await grains.GetGrain<IOrderGrain>(GrainKey.For(tenant, orderId)).Get();
        }
        catch (Exception e) when (ApiExceptionHandler.IsPassing(e))
        {
            // Asked again at the next signal, a ping at the latest.
            LogNotRead(orderId, e.GetType().Name);
            return null;
        }
    }

    private StreamEvent Snapshot(OrderEvent item, bool withId) => StreamEvent.Of("snapshot", withId ? item.Version : null, item, Json);

    private StreamEvent Status(OrderEvent item, bool withId) => StreamEvent.Of("status", withId ? item.Version : null, item, Json);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Order {OrderId} could not be read for its follower ({Reason}); asked again soon")]
    private partial void LogNotRead(string orderId, string reason);
}
