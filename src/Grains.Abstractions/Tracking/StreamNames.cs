namespace Cafeteria.Tracking;

public static class StreamNames
{
    /// <summary>The stream provider.</summary>
    public const string Live = "live";

    /// <summary>The namespace of <see cref="OrderChanged"/>; keys by <see cref="OrderEventsKey"/>.</summary>
    public const string OrderEvents = "order-events";

    /// <summary>A tenant's changes are spread over this many streams: enough for many cores, few enough to observe them all.</summary>
    public const int ShardsPerTenant = 8;

    /// <summary>The stream (and the <see cref="IOrderFeedGrain"/>) of an order: <c>{tenant}/{0…7}</c>, the same in every process.</summary>
    public static string OrderEventsKey(string tenant, string orderId) => GrainKey.For(tenant, ShardKeys[Shard(orderId)]);

    public static IEnumerable<string> OrderEventsKeys(string tenant) => ShardKeys.Select(shard => GrainKey.For(tenant, shard));

    private static readonly string[] ShardKeys = [.. Enumerable.Range(0, ShardsPerTenant).Select(shard => shard.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    // FNV-1a: string.GetHashCode differs from process to process.
    private static int Shard(string orderId)
    {
        var hash = 2166136261u;
        foreach (var character in orderId)
            hash = (hash ^ character) * 16777619u;
        return (int)(hash % ShardsPerTenant);
    }
}
