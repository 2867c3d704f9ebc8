using Orleans.Concurrency;

namespace Cafeteria.Stock;

/// <summary>
/// The account of one dish: what is on hand and what is held. Key <c>{tenant}/{item}</c>. It decides in memory, under an
/// epoch that it took from the database; an activation that lost its epoch can promise, but no order will be accepted on it.
/// </summary>
[Alias("cafeteria.IStockItemGrain")]
public interface IStockItemGrain : IGrainWithStringKey
{
    /// <summary>Sets portions aside for one attempt to place an order. Costs no write. The same attempt again: the same answer.</summary>
    [Alias("Hold")]
    Task<HoldResult> Hold(HoldStock command);

    /// <summary>The attempt's order is accepted: what was held is sold. Idempotent; of another epoch or unknown: nothing.</summary>
    [Alias("Keep")]
    Task Keep(string orderId, string attempt);

    /// <summary>The attempt is still being decided: a fresh lease.</summary>
    [Alias("Extend")]
    Task Extend(string orderId, string attempt);

    /// <summary>The attempt came to nothing. Idempotent; a hold that arrives after its release is refused.</summary>
    [Alias("Release")]
    Task Release(string orderId, string attempt);

    /// <summary>
    /// Lets go every hold that the order has here but that of <paramref name="exceptAttempt"/> (null: every one), and
    /// keeps that one: the order's answer to an expired lease.
    /// </summary>
    [Alias("Settle")]
    Task Settle(string orderId, string? exceptAttempt);

    /// <summary>The ledger has rows of this item that it was not told of (a cancelled order gave portions back): count them.</summary>
    [Alias("LedgerChanged")]
    Task LedgerChanged();

    /// <summary>More has come in. Idempotent by the command's key.</summary>
    [Alias("Receive")]
    Task<StockChangeResult> Receive(ChangeStock command);

    /// <summary>Something is spoilt or lost; never below zero on hand. Idempotent by the command's key.</summary>
    [Alias("WriteOff")]
    Task<StockChangeResult> WriteOff(ChangeStock command);

    /// <summary>
    /// A stock-take: the portions that are there and not sold (those being ordered at this moment among them) were counted.
    /// What is more than the books say is received, what is less is written off. Idempotent by the command's key.
    /// </summary>
    [Alias("Count")]
    Task<StockCountResult> Count(CountStock command);

    /// <summary>From which quantity on hand the dish counts as low.</summary>
    [Alias("SetReorderLevel")]
    Task<StockLevel> SetReorderLevel(int level);

    [Alias("Get"), AlwaysInterleave]
    Task<StockLevel> Get();
}
