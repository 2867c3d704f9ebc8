using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Cafeteria.Kitchen;

namespace Cafeteria.Orders;

internal sealed record PlaceOrderRequest(
    [property: Required, MinLength(1), MaxLength(50)] IReadOnlyList<LineRequest?>? Lines,
    Fulfilment? Fulfilment,
    PaymentMethod? Payment);

/// <param name="Note">For the cook: less spicy.</param>
internal sealed record LineRequest(
    [property: Required, StringLength(60, MinimumLength = 1)] string? ItemId,
    [property: Required, Range(1, 100)] int? Quantity,
    [property: StringLength(200)] string? Note);

internal sealed record CancelRequest([property: StringLength(200)] string? Reason);

internal sealed record LineResponse(string ItemId, string Name, int Quantity, Money UnitPrice, Money LineTotal, string? Note)
{
    public static LineResponse From(OrderLine line) => new(line.ItemId, line.Name, line.Quantity, line.UnitPrice, line.LineTotal, line.Note);
}

/// <param name="Number">Short, for calling out; of this day.</param>
/// <param name="ReadyAt">When the kitchen promises it; null while it has not.</param>
/// <param name="TrackUrl">The order's event stream.</param>
/// <param name="Student">Whose order it is: their user id.</param>
internal record OrderResponse(
    string Id,
    string Number,
    OrderStatus Status,
    IReadOnlyList<LineResponse> Lines,
    Money Total,
    Fulfilment Fulfilment,
    PaymentMethod Payment,
    PaymentStatus PaymentStatus,
    DateTimeOffset PlacedAt,
    DateTimeOffset? ReadyAt,
    string TrackUrl,
    string Student,
    string StudentName)
{
    public static OrderResponse From(OrderState order) => new(
        order.OrderId,
        order.Number,
        order.Status,
        LinesOf(order),
        order.Total,
        order.Fulfilment,
        order.Payment,
        order.PaymentStatus,
        order.PlacedAt,
        order.ReadyAt,
        TrackUrlOf(order.OrderId),
        order.Student,
        order.StudentName);

    public static string LocationOf(string orderId) => $"/api/v1/orders/{orderId}";

    protected static string TrackUrlOf(string orderId) => $"/api/v1/orders/{orderId}/events";

    protected static LineResponse[] LinesOf(OrderState order) => [.. order.Lines.Select(LineResponse.From)];
}

/// <param name="TraceId">Of the request that placed it: what finds it in logs and traces.</param>
/// <param name="Version">Counts the steps in the history; what event streams resume by.</param>
internal sealed record OrderDetails(
    string Id,
    string Number,
    OrderStatus Status,
    IReadOnlyList<LineResponse> Lines,
    Money Total,
    Fulfilment Fulfilment,
    PaymentMethod Payment,
    PaymentStatus PaymentStatus,
    DateTimeOffset PlacedAt,
    DateTimeOffset? ReadyAt,
    string TrackUrl,
    string Student,
    string StudentName,
    int Version,
    IReadOnlyList<StepResponse> History,
    IReadOnlyList<OrderTicketResponse> Tickets,
    string? TraceId)
    : OrderResponse(Id, Number, Status, Lines, Total, Fulfilment, Payment, PaymentStatus, PlacedAt, ReadyAt, TrackUrl, Student, StudentName)
{
    public static new OrderDetails From(OrderState order) => new(
        order.OrderId,
        order.Number,
        order.Status,
        LinesOf(order),
        order.Total,
        order.Fulfilment,
        order.Payment,
        order.PaymentStatus,
        order.PlacedAt,
        order.ReadyAt,
        TrackUrlOf(order.OrderId),
        order.Student,
        order.StudentName,
        order.Version,
        [.. order.History.Select(step => new StepResponse(step.Status, step.At, step.By, step.Reason))],
        [.. order.Tickets.Select(ticket => new OrderTicketResponse(ticket.StationId, ticket.Status, ticket.StartsAt, ticket.DueAt))],
        order.TraceId);
}

internal sealed record StepResponse(OrderStatus Status, DateTimeOffset At, string By, string? Reason);

internal sealed record OrderTicketResponse(string StationId, TicketStatus Status, DateTimeOffset StartsAt, DateTimeOffset DueAt);

/// <summary>A line that cannot be filled, in the problem <c>out_of_stock</c>.</summary>
internal sealed record ShortageResponse(string ItemId, int Requested, int Available);
