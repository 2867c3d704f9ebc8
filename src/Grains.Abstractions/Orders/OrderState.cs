using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cafeteria.Kitchen;
using Cafeteria.Stock;

namespace Cafeteria.Orders;

/// <summary>
/// An order as it is stored, replaced whole at every write. The columns people ask for (tenant, student, status, …) are
/// written beside the payload in the same statement, so the read side is never behind.
/// </summary>
[GenerateSerializer, Immutable, Alias("cafeteria.order-state")]
public sealed record OrderState
{
    [Id(0)] public string Tenant { get; init; } = "";
    [Id(1)] public string OrderId { get; init; } = "";

    /// <summary>The login of who ordered: the token's <c>sub</c>.</summary>
    [Id(2)] public string Student { get; init; } = "";
    [Id(3)] public string StudentName { get; init; } = "";

    /// <summary>Short, for calling out; unique for the tenant and day.</summary>
    [Id(4)] public string Number { get; init; } = "";

    /// <summary>Of the validated command, prices left out: what a retry is recognised by.</summary>
    [Id(5)] public string Fingerprint { get; init; } = "";
    [Id(6)] public ImmutableArray<OrderLine> Lines { get; init; } = [];
    [Id(7)] public Money Total { get; init; }
    [Id(8)] public Fulfilment Fulfilment { get; init; }
    [Id(9)] public PaymentMethod Payment { get; init; }
    [Id(10)] public PaymentStatus PaymentStatus { get; init; }
    [Id(11)] public OrderStatus Status { get; init; }
    [Id(12)] public DateTimeOffset PlacedAt { get; init; }

    /// <summary>When the kitchen promises it; null while no kitchen has promised.</summary>
    [Id(13)] public DateTimeOffset? ReadyAt { get; init; }

    /// <summary>When the sweeper must look at this order; null for never. The durable timer.</summary>
    [Id(14)] public DateTimeOffset? DueAt { get; init; }

    /// <summary>The attempt whose holds this order's ledger rows stand for.</summary>
    [Id(15)] public string Attempt { get; init; } = "";

    /// <summary>How often a pending order has been tried.</summary>
    [Id(16)] public int Tries { get; init; }
    [Id(17)] public ImmutableArray<Ticket> Tickets { get; init; } = [];

    /// <summary>Every transition, oldest first. Entry n made version n + 1.</summary>
    [Id(18)] public ImmutableArray<Transition> History { get; init; } = [];

    /// <summary>What the ledger says of this order now: what was sold and not returned, with the epoch of its row.</summary>
    [Id(19)] public ImmutableArray<LedgerEntry> Sold { get; init; } = [];

    /// <summary>Ledger rows to append with the next write, in the same statement; not part of the payload.</summary>
    [Id(20), JsonIgnore] public ImmutableArray<LedgerEntry> Appending { get; init; } = [];

    /// <summary>Of the request that placed it; null of orders that are older than this is kept.</summary>
    [Id(21)] public string? TraceId { get; init; }

    /// <summary>Counts transitions; what trackers resume by.</summary>
    [JsonIgnore] public int Version => History.Length;
}

[GenerateSerializer, Immutable, Alias("cafeteria.order-line")]
public sealed record OrderLine(
    [property: Id(0)] string ItemId,
    [property: Id(1)] string Name,
    [property: Id(2)] int Quantity,
    [property: Id(3)] Money UnitPrice,
    [property: Id(4)] string? Note,
    [property: Id(5)] string StationId,
    [property: Id(6)] int PrepSeconds)
{
    [JsonIgnore] public Money LineTotal => UnitPrice * Quantity;
}

/// <summary>One step in an order's life.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.transition")]
public sealed record Transition(
    [property: Id(0)] OrderStatus Status,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string By,
    [property: Id(3)] string? Reason);
