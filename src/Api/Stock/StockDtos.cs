using System.ComponentModel.DataAnnotations;
using Cafeteria.Menu;

namespace Cafeteria.Stock;

/// <summary>A dish's account: always <c>received = onHand + held + sold + writtenOff</c>.</summary>
internal sealed record StockResponse(string ItemId, int OnHand, int Held, int Sold, int Received, int WrittenOff, int ReorderLevel)
{
    public static StockResponse From(StockLevel level)
        => new(level.ItemId, level.OnHand, level.Held, level.Sold, level.Received, level.WrittenOff, level.ReorderLevel);
}

/// <param name="UnitCost">What one portion cost, in the cafeteria's currency.</param>
/// <param name="Reference">The delivery note's number, or whatever finds it again.</param>
internal sealed record ReceiveRequest(
    [property: Required, Range(1, 1_000_000)] int? Quantity,
    DateOnly? ExpiresOn,
    MoneyRequest? UnitCost,
    [property: StringLength(100)] string? Reference);

/// <param name="Counted">The portions that are there and not sold; those being ordered at this moment among them.</param>
internal sealed record CountRequest([property: Required, Range(0, 1_000_000)] int? Counted, [property: StringLength(200)] string? Reason);

/// <param name="Difference">What was received (above zero) or written off (below) to set the books right.</param>
internal sealed record CountResponse(StockResponse Stock, int Difference);

/// <param name="Level">From this quantity on hand down, the dish counts as low.</param>
internal sealed record ReorderLevelRequest([property: Required, Range(0, 1_000_000)] int? Level);

/// <summary>A line of a dish's ledger. Of an order: its id and number; of a person: their login and reason.</summary>
/// <param name="UnitCost">What one portion cost, in the currency's minor unit.</param>
internal sealed record MovementResponse(
    StockMovementKind Kind,
    int Quantity,
    DateTimeOffset At,
    string? By,
    string? Reason,
    string? Reference,
    DateOnly? ExpiresOn,
    long? UnitCost,
    string? OrderId,
    string? OrderNumber)
{
    public static MovementResponse From(StockMovement movement) => new(
        movement.Kind, movement.Quantity, movement.At, movement.By, movement.Reason, movement.Reference, movement.ExpiresOn, movement.UnitCost, movement.OrderId, movement.OrderNumber);
}

internal sealed record WriteOffRequest(
    [property: Required, Range(1, 1_000_000)] int? Quantity,
    [property: Required, StringLength(200, MinimumLength = 1)] string? Reason);
