using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cafeteria.Stock;

/// <summary>
/// The durable side of a stock item: <c>stock_head</c> (one row an item) and <c>stock_ledger</c> (one row per line sold,
/// returned, received, written off). Every method throws <see cref="Storage.StorageUnavailableException"/>.
/// </summary>
public interface IStockBooks
{
    /// <summary>
    /// Makes the caller the only one who can sell the item: locks its head, which waits for every commit in flight on it,
    /// then counts the ledger rows not yet counted and raises the epoch. The item's head is made if it is new.
    /// </summary>
    Task<StockAccount> TakeOverAsync(string tenant, string itemId, CancellationToken cancellationToken);

    /// <summary>
    /// Counts ledger rows not yet counted, under the same lock but without a new epoch, and says which attempts they were
    /// of. Null when the item has been taken over by another.
    /// </summary>
    Task<StockFold?> FoldAsync(string tenant, string itemId, long epoch, CancellationToken cancellationToken);

    /// <summary>
    /// Receives (<paramref name="writeOff"/> false) or writes off, if the epoch is still the caller's, once per key. Null
    /// when the item has been taken over by another. The same key again changes nothing and answers the account of now.
    /// </summary>
    Task<StockAccount?> ChangeAsync(string tenant, string itemId, long epoch, bool writeOff, ChangeStock change, CancellationToken cancellationToken);

    /// <summary>
    /// Books a stock-take, once per key, and what it differs by from the books (<paramref name="difference"/> above zero is
    /// received, below zero written off), if the epoch is still the caller's. Null when the item has been taken over by another.
    /// </summary>
    Task<StockAccount?> CountAsync(string tenant, string itemId, long epoch, int difference, CountStock count, CancellationToken cancellationToken);

    /// <summary>Whether the stock-take of that key was booked before.</summary>
    Task<bool> HasCountAsync(string tenant, string itemId, string key, CancellationToken cancellationToken);

    /// <summary>What happened to the item, newest first; pages by <paramref name="before"/>. No kinds: all of them.</summary>
    Task<ImmutableArray<StockMovement>> MovementsAsync(
        string tenant, string itemId, ImmutableArray<StockMovementKind> kinds, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Whether the change of that key was made before.</summary>
    Task<bool> HasChangeAsync(string tenant, string itemId, bool writeOff, string key, CancellationToken cancellationToken);

    /// <summary>What every item of the tenant has, by the rows alone (holds are unknown to them).</summary>
    Task<ImmutableArray<StockLevel>> LevelsAsync(string tenant, CancellationToken cancellationToken);

    /// <summary>From which quantity on hand an item counts as low.</summary>
    Task SetReorderLevelAsync(string tenant, string itemId, int reorderLevel, CancellationToken cancellationToken);
}

/// <summary>An item's head row. On hand, as far as rows know: <c>Received − WrittenOff − Sold</c>.</summary>
public sealed record StockAccount(long Epoch, int Received, int WrittenOff, int Sold, int ReorderLevel);

/// <summary>A row of the ledger. Of an order: its id and number; of a person: their login and reason.</summary>
/// <param name="Sequence">Grows with every row of the item; what pages resume by.</param>
public sealed record StockMovement(
    long Sequence,
    StockMovementKind Kind,
    int Quantity,
    DateTimeOffset At,
    string? By,
    string? Reason,
    string? Reference,
    DateOnly? ExpiresOn,
    long? UnitCost,
    string? OrderId,
    string? OrderNumber);

[JsonConverter(typeof(SnakeCaseEnumConverter<StockMovementKind>))]
public enum StockMovementKind
{
    Sold,
    Returned,
    Received,
    WrittenOff,

    /// <summary>A stock-take; what it differed by is a row of its own.</summary>
    Counted,
}

/// <param name="Counted">The (order, attempt) of every <c>sold</c> row counted by this fold.</param>
public sealed record StockFold(StockAccount Account, ImmutableArray<(string OrderId, string Attempt)> Counted);
