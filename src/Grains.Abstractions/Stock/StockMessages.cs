using System.Text.Json.Serialization;

namespace Cafeteria.Stock;

/// <param name="RefusedEpoch">
/// The epoch under which an accepting write was just refused, so that an activation that still believes in it takes the
/// item over again instead of promising the same in vain.
/// </param>
[GenerateSerializer, Immutable, Alias("cafeteria.hold-stock")]
public sealed record HoldStock(
    [property: Id(0)] string OrderId,
    [property: Id(1)] string Attempt,
    [property: Id(2)] int Quantity,
    [property: Id(3)] long? RefusedEpoch);

[GenerateSerializer, Immutable, Alias("cafeteria.hold-result")]
public abstract record HoldResult
{
    private HoldResult()
    {
    }

    /// <summary>Held, under this epoch: the accepting write must find the same.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.hold-result.held")]
    public sealed record Held([property: Id(0)] long Epoch) : HoldResult;

    /// <summary>Not enough; nothing is held.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.hold-result.insufficient")]
    public sealed record Insufficient([property: Id(0)] int Available) : HoldResult;
}

/// <param name="Key">Makes a retry recognisable; random when the client sent none.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.change-stock")]
public sealed record ChangeStock(
    [property: Id(0)] int Quantity,
    [property: Id(1)] string Key,
    [property: Id(2)] string By,
    [property: Id(3)] string? Reason,
    [property: Id(4)] DateOnly? ExpiresOn,
    [property: Id(5)] long? UnitCost,
    [property: Id(6)] string? Reference);

[GenerateSerializer, Immutable, Alias("cafeteria.stock-change-result")]
public abstract record StockChangeResult
{
    private StockChangeResult()
    {
    }

    [GenerateSerializer, Immutable, Alias("cafeteria.stock-change-result.changed")]
    public sealed record Changed([property: Id(0)] StockLevel Level) : StockChangeResult;

    /// <summary>This change was made before; nothing was changed.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.stock-change-result.replayed")]
    public sealed record Replayed([property: Id(0)] StockLevel Level) : StockChangeResult;

    /// <summary>More than is on hand; nothing was written off.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.stock-change-result.below-zero")]
    public sealed record BelowZero([property: Id(0)] int Available) : StockChangeResult;
}

/// <param name="Key">Makes a retry recognisable; random when the client sent none.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.count-stock")]
public sealed record CountStock(
    [property: Id(0)] int Counted,
    [property: Id(1)] string Key,
    [property: Id(2)] string By,
    [property: Id(3)] string? Reason);

[GenerateSerializer, Immutable, Alias("cafeteria.stock-count-result")]
public abstract record StockCountResult
{
    private StockCountResult()
    {
    }

    /// <param name="Difference">What was received (above zero) or written off (below) to set the books right.</param>
    [GenerateSerializer, Immutable, Alias("cafeteria.stock-count-result.counted")]
    public sealed record Counted([property: Id(0)] StockLevel Level, [property: Id(1)] int Difference) : StockCountResult;

    /// <summary>This count was booked before; nothing was changed.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.stock-count-result.replayed")]
    public sealed record Replayed([property: Id(0)] StockLevel Level) : StockCountResult;

    /// <summary>Fewer were counted than are being ordered at this moment; nothing was changed, count again.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.stock-count-result.being-ordered")]
    public sealed record BeingOrdered([property: Id(0)] int Held) : StockCountResult;
}

/// <summary>One item's account; always <c>Received = OnHand + Held + Sold + WrittenOff</c>.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.stock-level")]
public sealed record StockLevel(
    [property: Id(0)] string ItemId,
    [property: Id(1)] int OnHand,
    [property: Id(2)] int Held,
    [property: Id(3)] int Sold,
    [property: Id(4)] int Received,
    [property: Id(5)] int WrittenOff,
    [property: Id(6)] int ReorderLevel);

[GenerateSerializer, Alias("cafeteria.ledger-kind"), JsonConverter(typeof(SnakeCaseEnumConverter<LedgerKind>))]
public enum LedgerKind
{
    Sold,
    Returned,
}

/// <summary>
/// A row of <c>stock_ledger</c>, written with the order in one statement and only if <paramref name="Epoch"/> is the
/// item's own. Unique by (order, attempt, item, kind). <c>Returned</c> rows are written under whatever epoch the item has.
/// </summary>
[GenerateSerializer, Immutable, Alias("cafeteria.ledger-entry")]
public sealed record LedgerEntry(
    [property: Id(0)] string Attempt,
    [property: Id(1)] string ItemId,
    [property: Id(2)] LedgerKind Kind,
    [property: Id(3)] int Quantity,
    [property: Id(4)] long Epoch);
