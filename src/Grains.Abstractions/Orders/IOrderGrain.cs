using Orleans.Concurrency;

namespace Cafeteria.Orders;

/// <summary>
/// One order: its state machine, its lines at the price of order time, its kitchen tickets and its history.
/// Key <c>{tenant}/{order}</c>. Its accepting write is the moment an order exists.
/// </summary>
[Alias("cafeteria.IOrderGrain")]
public interface IOrderGrain : IGrainWithStringKey
{
    /// <summary>
    /// Places the order, once: again with the same command answers what was recorded. Throws
    /// <see cref="Storage.StorageUnavailableException"/> when the outcome is unknown; ask again with the same key.
    /// </summary>
    [Alias("Place")]
    Task<PlaceResult> Place(PlaceOrder command);

    /// <summary>The order as committed, or null when there is none.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<OrderState?> Get();

    [Alias("Cancel")]
    Task<StepResult> Cancel(CancelOrder command);

    /// <summary>Handed over: <c>ready → completed</c>.</summary>
    [Alias("Complete")]
    Task<StepResult> Complete(Actor by);

    /// <summary>A cook starts, finishes or recalls this order's ticket at a station.</summary>
    [Alias("StepTicket")]
    Task<StepResult> StepTicket(StepTicket command);

    /// <summary>Carries on from whatever is recorded. Idempotent; called by the sweeper.</summary>
    [Alias("Advance")]
    Task Advance();

    /// <summary>The order's word to itself: advance, in a turn of its own.</summary>
    [Alias("AdvanceSoon"), OneWay]
    Task AdvanceSoon();

    /// <summary>A station's hint that a ticket's time has come: look, and advance.</summary>
    [Alias("Nudge"), OneWay]
    Task Nudge();

    /// <summary>A stock item's question: a hold of this order has outlived its lease. Keep it, extend it, or let it go?</summary>
    [Alias("HoldExpired"), OneWay]
    Task HoldExpired(string itemId);
}
