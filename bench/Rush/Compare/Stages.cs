namespace Cafeteria.Bench.Rush;

/// <summary>Where an order spends its time in the product, in the order of its way: medians, of one order in <see cref="OneIn"/>.</summary>
internal static class Stages
{
    /// <summary>As many requests as these are marked to be timed; the others cost nothing.</summary>
    public const int OneIn = 64;

    public static readonly string[] Names = ["authenticate", "parse", "queue", "grains", "storage", "respond", "all"];

    public static Dictionary<string, TimeSpan> Between(Metrics before, Metrics after)
    {
        var stages = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var name in Names)
            if (after.MedianSince(before, "cafeteria_orders_stage_duration_seconds", $"stage=\"{name}\"") is { } median)
                stages[name] = TimeSpan.FromSeconds(median);
        return stages;
    }
}
