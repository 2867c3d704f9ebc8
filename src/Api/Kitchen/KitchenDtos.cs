using System.ComponentModel.DataAnnotations;
using Cafeteria.Menu;
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

/// <summary>A dish as the kitchen sees it.</summary>
/// <param name="OnHand">By the stock's books, whatever the kitchen says of it.</param>
/// <param name="SoldOut">Who in the kitchen said that there is none, and when; null: there is.</param>
internal sealed record KitchenItemResponse(string Id, string Name, string CategoryId, string Station, bool Available, int OnHand, SoldOutResponse? SoldOut)
{
    public static KitchenItemResponse From(MenuItem item, MenuSnapshot menu) => new(
        item.Id,
        item.Name,
        item.CategoryId,
        item.StationId,
        item.Available,
        menu.Stock.GetValueOrDefault(item.Id)?.OnHand ?? 0,
        menu.SoldOutMarkOf(item.Id) is { } mark ? new SoldOutResponse(mark.At, mark.By) : null);
}

internal sealed record SoldOutResponse(DateTimeOffset At, string By);

/// <summary>The board in the hall: numbers alone, no names.</summary>
/// <param name="Preparing">Oldest first.</param>
/// <param name="Ready">Newest first.</param>
internal sealed record BoardResponse(IReadOnlyList<string> Preparing, IReadOnlyList<string> Ready)
{
    public static BoardResponse From(IReadOnlyCollection<CalledOrder> orders) => new(
        [.. orders.Where(order => order.Status is not OrderStatus.Ready).OrderBy(order => order.Since).Select(order => order.Number)],
        [.. orders.Where(order => order.Status is OrderStatus.Ready).OrderByDescending(order => order.Since).Select(order => order.Number)]);

    public bool Shows(BoardResponse other) => Preparing.SequenceEqual(other.Preparing) && Ready.SequenceEqual(other.Ready);
}
