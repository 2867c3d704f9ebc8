using System.Diagnostics.Metrics;

namespace Cafeteria.Orders;

/// <summary>What an order's life counts. Tags are bounded: tenants, statuses and reasons, never ids.</summary>
internal static class OrderMetrics
{
    private static readonly Meter Meter = new("Cafeteria");
    private static readonly string[] StatusNames = [.. Enum.GetNames<OrderStatus>().Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    private static readonly Counter<long> AcceptedOrders =
        Meter.CreateCounter<long>("cafeteria.orders.accepted", "{order}", "Orders that were acknowledged.");

    private static readonly Counter<long> RefusedOrders =
        Meter.CreateCounter<long>("cafeteria.orders.refused", "{order}", "Requests for an order that recorded nothing, by reason.");

    private static readonly Counter<long> Transitions =
        Meter.CreateCounter<long>("cafeteria.orders.transitions", "{transition}", "Steps in orders' lives, by the status reached.");

    private static readonly Counter<long> RetriedOrders =
        Meter.CreateCounter<long>("cafeteria.orders.retried", "{try}", "Tries of pending orders.");

    private static readonly Counter<long> StaleEpochs =
        Meter.CreateCounter<long>("cafeteria.orders.stale_epoch", "{write}", "Accepting writes refused because an item was taken over.");

    private static readonly Counter<long> SweptOrders =
        Meter.CreateCounter<long>("cafeteria.orders.swept", "{order}", "Due orders that the sweeper advanced, by outcome.");

    private static readonly Counter<long> PublishFailures =
        Meter.CreateCounter<long>("cafeteria.orders.publish_failed", "{event}", "Changes that did not reach the stream.");

    private static long _accepted;

    /// <summary>By this process, since its start.</summary>
    public static long AcceptedSoFar => Interlocked.Read(ref _accepted);

    public static void Accepted(string tenant)
    {
        Interlocked.Increment(ref _accepted);
        AcceptedOrders.Add(1, new KeyValuePair<string, object?>("tenant", tenant));
    }

    public static void Refused(string tenant, string reason) => RefusedOrders.Add(1,
        new KeyValuePair<string, object?>("tenant", tenant), new KeyValuePair<string, object?>("reason", reason));

    public static void Reached(string tenant, OrderStatus status) => Transitions.Add(1,
        new KeyValuePair<string, object?>("tenant", tenant), new KeyValuePair<string, object?>("status", StatusNames[(int)status]));

    public static void Retried() => RetriedOrders.Add(1);

    public static void StaleEpoch() => StaleEpochs.Add(1);

    public static void Swept(bool advanced) => SweptOrders.Add(1, new KeyValuePair<string, object?>("outcome", advanced ? "advanced" : "failed"));

    public static void PublishFailed() => PublishFailures.Add(1);

}
