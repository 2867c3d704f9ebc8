using System.Diagnostics.Metrics;

namespace Cafeteria.Stock;

/// <summary>What stock counts. Tags are bounded: tenants, never dishes.</summary>
internal static class StockMetrics
{
    private static readonly Meter Meter = new("Cafeteria");

    private static readonly Counter<long> Deductions =
        Meter.CreateCounter<long>("cafeteria.stock.deducted", "{portion}", "Portions that orders took.");

    private static readonly Counter<long> Returns =
        Meter.CreateCounter<long>("cafeteria.stock.returned", "{portion}", "Portions that cancelled orders gave back.");

    private static readonly Counter<long> Shortages =
        Meter.CreateCounter<long>("cafeteria.stock.short", "{hold}", "Holds refused because too little was on hand.");

    /// <param name="portions">Negative: given back.</param>
    public static void Deducted(string tenant, int portions)
    {
        if (portions > 0)
            Deductions.Add(portions, new KeyValuePair<string, object?>("tenant", tenant));
        else if (portions < 0)
            Returns.Add(-portions, new KeyValuePair<string, object?>("tenant", tenant));
    }

    public static void Short(string tenant) => Shortages.Add(1, new KeyValuePair<string, object?>("tenant", tenant));
}
