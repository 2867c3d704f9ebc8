using Cafeteria.Orders;

namespace Cafeteria.Tracking;

/// <summary>
/// What one follower has seen of one order, and what comes next: every version once, in order, whatever the stream
/// repeats, reorders or loses.
/// </summary>
internal sealed class OrderSequence
{
    public int Seen { get; private set; }

    public bool Final { get; private set; }

    /// <summary>
    /// The follower begins. One that saw version <paramref name="lastSeen"/> before goes on right after it, its first
    /// event being a snapshot; up to date already, there is none. Anything else begins at the order's newest version.
    /// </summary>
    public IEnumerable<(bool Snapshot, OrderEvent Event)> Begin(OrderState order, int? lastSeen)
    {
        var from = lastSeen is { } last && last >= 1 && last <= order.Version ? last + 1 : order.Version;
        Advance(order);
        return Enumerable.Range(from, order.Version - from + 1).Select((version, index) => (index == 0, OrderEvent.Of(order, version)));
    }

    /// <summary>What the change brings; null when something before it is missing, and the order must be read.</summary>
    public IReadOnlyList<OrderEvent>? Accept(OrderChanged change)
    {
        if (change.Version <= Seen)
            return [];
        var first = change.Version - change.Steps.Length + 1;
        if (first > Seen + 1 || Seen == 0)
            return null;

        var events = new List<OrderEvent>(change.Version - Seen);
        for (var version = Seen + 1; version <= change.Version; version++)
        {
            var step = change.Steps[version - first];
            events.Add(new OrderEvent(change.OrderId, step.Status, version, step.At, change.ReadyAt, step.Reason));
        }

        Seen = change.Version;
        Final = change.Steps[^1].Status.IsFinal();
        return events;
    }

    /// <summary>What the order has more than was seen.</summary>
    public IReadOnlyList<OrderEvent> CatchUp(OrderState order)
    {
        if (order.Version <= Seen)
            return [];
        var events = Enumerable.Range(Seen + 1, order.Version - Seen).Select(version => OrderEvent.Of(order, version)).ToArray();
        Advance(order);
        return events;
    }

    private void Advance(OrderState order)
    {
        Seen = order.Version;
        Final = order.Status.IsFinal();
    }
}
