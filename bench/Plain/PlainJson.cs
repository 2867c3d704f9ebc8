using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cafeteria.Bench.Plain;

internal sealed record OrderRequest(LineRequest[]? Lines, string? Fulfilment, string? Payment);

internal sealed record LineRequest(string? ItemId, int Quantity, string? Note);

internal readonly record struct Money(long Amount, string Currency);

internal sealed record LineAnswer(string ItemId, string Name, int Quantity, Money UnitPrice, Money LineTotal);

internal sealed record OrderAnswer(
    string Id, string Number, string Status, LineAnswer[] Lines, Money Total, DateTimeOffset PlacedAt, DateTimeOffset? ReadyAt, string TrackUrl);

internal sealed record Shortage(string ItemId, int Requested, int Available);

internal sealed record Problem(string Type, string Title, int Status, string Detail, string Code, Shortage[]? Items = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(OrderRequest))]
[JsonSerializable(typeof(OrderAnswer))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class PlainJson : JsonSerializerContext;
