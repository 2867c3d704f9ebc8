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

internal sealed record WriteOffRequest(
    [property: Required, Range(1, 1_000_000)] int? Quantity,
    [property: Required, StringLength(200, MinimumLength = 1)] string? Reason);
