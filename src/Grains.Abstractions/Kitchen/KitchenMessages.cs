using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cafeteria.Kitchen;

[GenerateSerializer, Alias("cafeteria.ticket-status"), JsonConverter(typeof(SnakeCaseEnumConverter<TicketStatus>))]
public enum TicketStatus
{
    Queued,
    Cooking,
    Done,
}

[GenerateSerializer, Alias("cafeteria.station-mode"), JsonConverter(typeof(SnakeCaseEnumConverter<StationMode>))]
public enum StationMode
{
    /// <summary>Tickets cook themselves for their dishes' time, as many at once as there are cooks.</summary>
    Auto,

    /// <summary>Cooks say when they start and when they are done.</summary>
    Manual,
}

/// <summary>A station's part of an order, as the order records it.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.ticket")]
public sealed record Ticket(
    [property: Id(0)] string StationId,
    [property: Id(1)] TicketStatus Status,
    [property: Id(2)] DateTimeOffset QueuedAt,
    [property: Id(3)] DateTimeOffset StartsAt,
    [property: Id(4)] DateTimeOffset DueAt,
    [property: Id(5)] int PrepSeconds);

[GenerateSerializer, Immutable, Alias("cafeteria.ticket-line")]
public sealed record TicketLine(
    [property: Id(0)] string ItemId,
    [property: Id(1)] string Name,
    [property: Id(2)] int Quantity,
    [property: Id(3)] string? Note);

[GenerateSerializer, Immutable, Alias("cafeteria.promise-slot")]
public sealed record PromiseSlot(
    [property: Id(0)] string OrderId,
    [property: Id(1)] string Attempt,
    [property: Id(2)] int PrepSeconds);

[GenerateSerializer, Immutable, Alias("cafeteria.slot-promise")]
public sealed record SlotPromise(
    [property: Id(0)] DateTimeOffset StartsAt,
    [property: Id(1)] DateTimeOffset ReadyAt,
    [property: Id(2)] StationMode Mode);

[GenerateSerializer, Immutable, Alias("cafeteria.queue-ticket")]
public sealed record QueueTicket(
    [property: Id(0)] string OrderId,
    [property: Id(1)] string Number,
    [property: Id(2)] Ticket Ticket,
    [property: Id(3)] ImmutableArray<TicketLine> Lines);

/// <param name="Status">What the order should record; in auto mode the clock's word, in manual mode the last recorded.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.ticket-progress")]
public sealed record TicketProgress(
    [property: Id(0)] TicketStatus Status,
    [property: Id(1)] DateTimeOffset StartsAt,
    [property: Id(2)] DateTimeOffset DueAt,
    [property: Id(3)] StationMode Mode);

[GenerateSerializer, Immutable, Alias("cafeteria.station-ticket")]
public sealed record StationTicket(
    [property: Id(0)] string OrderId,
    [property: Id(1)] string Number,
    [property: Id(2)] ImmutableArray<TicketLine> Lines,
    [property: Id(3)] TicketStatus Status,
    [property: Id(4)] DateTimeOffset QueuedAt,
    [property: Id(5)] DateTimeOffset DueAt);

[GenerateSerializer, Immutable, Alias("cafeteria.configure-station")]
public sealed record ConfigureStation(
    [property: Id(0)] int Cooks,
    [property: Id(1)] StationMode Mode);

[GenerateSerializer, Immutable, Alias("cafeteria.station-view")]
public sealed record StationView(
    [property: Id(0)] string Id,
    [property: Id(1)] int Cooks,
    [property: Id(2)] StationMode Mode,
    [property: Id(3)] int Queued,
    [property: Id(4)] int Cooking);
