using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cafeteria.Operations;

/// <summary>What the API counts itself. Tags are bounded: tenants, outcomes and reasons, never ids or names.</summary>
internal static class ApiMetrics
{
    private static readonly Meter Meter = new("Cafeteria");

    // The same instrument as the orders' own: what is refused before an order is asked counts beside what it refuses.
    private static readonly Counter<long> RefusedOrders =
        Meter.CreateCounter<long>("cafeteria.orders.refused", "{order}", "Requests for an order that recorded nothing, by reason.");

    private static readonly Histogram<double> PlaceDuration = Meter.CreateHistogram(
        "cafeteria.orders.place.duration", "s", "From a request for an order to its answer, by outcome.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    private static readonly Counter<long> OrderValue =
        Meter.CreateCounter<long>("cafeteria.orders.value", "{minor_unit}", "What accepted orders come to, in the currency's minor unit.");

    private static readonly Counter<long> Notifications =
        Meter.CreateCounter<long>("cafeteria.notifications.pushed", "{event}", "Events written to open trackers and wall screens, pings left out.");

    private static readonly Counter<long> SignIns =
        Meter.CreateCounter<long>("cafeteria.sign_ins", "{attempt}", "Attempts to sign in or to refresh, by outcome.");

    private static readonly Counter<long> OverloadedOrders =
        Meter.CreateCounter<long>("cafeteria.orders.overloaded", "{order}", "Requests for an order that were sent away because there were too many.");

    public static void Overloaded() => OverloadedOrders.Add(1);

    public static void Refused(string tenant, string reason) => RefusedOrders.Add(1, new("tenant", tenant), new("reason", reason));

    public static void Placed(string tenant, long started, string outcome)
        => PlaceDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, new("tenant", tenant), new("outcome", outcome));

    public static void Accepted(string tenant, Money total) => OrderValue.Add(total.Amount, new("tenant", tenant), new("currency", total.Currency));

    public static void Pushed() => Notifications.Add(1);

    public static void SignIn(string tenant, string outcome) => SignIns.Add(1, new("tenant", tenant), new("outcome", outcome));
}
