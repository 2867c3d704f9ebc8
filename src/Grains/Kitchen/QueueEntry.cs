namespace Cafeteria.Kitchen;

/// <summary>A promise, and the ticket it becomes, with its place in the plan.</summary>
internal sealed class QueueEntry
{
    public required string OrderId { get; init; }
    public required int PrepSeconds { get; init; }
    public required long Arrival { get; init; }
    public string Attempt { get; set; } = "";
    public string Number { get; set; } = "";
    public ImmutableArray<TicketLine> Lines { get; set; } = [];
    public bool Queued { get; set; }

    /// <summary>What the order has recorded.</summary>
    public TicketStatus Recorded { get; set; }
    public DateTimeOffset QueuedAt { get; set; }
    public DateTimeOffset StartsAt { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public DateTimeOffset DoneAt { get; set; }

    /// <summary>What was first said; plans that are made anew do not make a ticket that waits any younger.</summary>
    public DateTimeOffset? PromisedFor { get; set; }

    /// <summary>Raised when the times change, so that a nudge for the old ones is not sent.</summary>
    public int Plan { get; set; }
}
