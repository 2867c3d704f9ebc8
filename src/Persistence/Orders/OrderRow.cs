using System.Collections.Immutable;
using System.Text.Json;
using Cafeteria.Orders;

namespace Cafeteria.Persistence;

/// <param name="payload">Null deletes the row.</param>
internal sealed class OrderRow(GrainKey key, OrderState state, long? expected, long etag, byte[]? payload)
    : Write(key.ToString(), expected, etag, (payload?.Length ?? 0) + 200)
{
    public GrainKey Order { get; } = key;

    public OrderState State { get; } = state;

    public byte[]? Payload { get; } = payload;

    /// <summary>Filled in when the outcome is <see cref="Outcome.Stale"/>.</summary>
    public ImmutableArray<string> StaleItems { get; set; } = [];
}

internal static class StatusNames
{
    private static readonly string[] Names = [.. Enum.GetNames<OrderStatus>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    private static readonly Dictionary<string, OrderStatus> Statuses =
        Enum.GetValues<OrderStatus>().ToDictionary(Of, s => s, StringComparer.Ordinal);

    public static string Of(OrderStatus status) => Names[(int)status];

    public static OrderStatus Parse(string name) => Statuses[name];
}
