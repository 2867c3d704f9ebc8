using Cafeteria.Orders;

namespace Cafeteria.Tracking;

/// <summary>Where a followed order stands in front of its kitchen.</summary>
/// <param name="Ahead">Orders whose turn comes before; 0: it is next; null: it does not wait, or not any more.</param>
internal sealed record QueueEvent(string OrderId, int? Ahead);

/// <summary>A step in an order's life, as its followers get it.</summary>
internal sealed record OrderEvent(string OrderId, OrderStatus Status, int Version, DateTimeOffset At, DateTimeOffset? ReadyAt, string? Reason)
{
    /// <summary>The step that made this version of the order.</summary>
    public static OrderEvent Of(OrderState order, int version)
    {
        var step = order.History[version - 1];
        return new OrderEvent(order.OrderId, step.Status, version, step.At, order.ReadyAt, step.Reason);
    }
}
