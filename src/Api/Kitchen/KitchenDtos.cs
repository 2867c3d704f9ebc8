using System.ComponentModel.DataAnnotations;
using Cafeteria.Orders;

namespace Cafeteria.Kitchen;

internal sealed record StationResponse(string Id, string Name, int Cooks, StationMode Mode, int Queued, int Cooking)
{
    public static StationResponse From(StationView view, string name) => new(view.Id, name, view.Cooks, view.Mode, view.Queued, view.Cooking);
}

internal sealed record TicketResponse(
    string StationId,
    string OrderId,
    string Number,
    IReadOnlyList<TicketLineResponse> Lines,
    TicketStatus Status,
    DateTimeOffset QueuedAt,
    DateTimeOffset DueAt)
{
    public static TicketResponse From(string station, StationTicket ticket) => new(
        station,
        ticket.OrderId,
        ticket.Number,
        [.. ticket.Lines.Select(line => new TicketLineResponse(line.ItemId, line.Name, line.Quantity, line.Note))],
        ticket.Status,
        ticket.QueuedAt,
        ticket.DueAt);

    /// <summary>The station's part of an order; null when it has none.</summary>
    public static TicketResponse? From(string station, OrderState order)
        => order.Tickets.FirstOrDefault(ticket => ticket.StationId == station) is { } ticket
            ? new TicketResponse(
                station,
                order.OrderId,
                order.Number,
                [.. order.Lines.Where(line => line.StationId == station).Select(line => new TicketLineResponse(line.ItemId, line.Name, line.Quantity, line.Note))],
                ticket.Status,
                ticket.QueuedAt,
                ticket.DueAt)
            : null;
}

internal sealed record TicketLineResponse(string ItemId, string Name, int Quantity, string? Note);

internal sealed record StationRequest([property: Required, Range(1, 100)] int? Cooks, [property: Required] StationMode? Mode);

/// <summary>The first event of the wall screen's stream, and again when it has missed something: everything there is.</summary>
internal sealed record TicketsSnapshot(IReadOnlyList<TicketResponse> Tickets);

/// <summary>A ticket that is not on the wall any more: handed over long ago, or cancelled.</summary>
internal sealed record TicketRemoved(string StationId, string OrderId);
