using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cafeteria.Orders;

/// <summary>Who did something: an account, or <see cref="System"/>.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.actor")]
public sealed record Actor([property: Id(0)] string Login, [property: Id(1)] bool IsStaff)
{
    /// <summary>The product itself: timers, the sweeper, the kitchen in auto mode.</summary>
    public static readonly Actor System = new("system", true);
}

/// <summary>A validated wish to order. Its fingerprint (lines, fulfilment, payment; no prices) makes a retry recognisable.</summary>
/// <param name="TraceId">Of the request that brought it: finds the order's beginning in logs and traces.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.place-order")]
public sealed record PlaceOrder(
    [property: Id(0)] string Student,
    [property: Id(1)] string StudentName,
    [property: Id(2)] ImmutableArray<RequestedLine> Lines,
    [property: Id(3)] Fulfilment Fulfilment,
    [property: Id(4)] PaymentMethod Payment,
    [property: Id(5)] string? TraceId = null);

[GenerateSerializer, Immutable, Alias("cafeteria.requested-line")]
public sealed record RequestedLine(
    [property: Id(0)] string ItemId,
    [property: Id(1)] int Quantity,
    [property: Id(2)] string? Note);

/// <summary>The answer to <see cref="IOrderGrain.Place"/>; a refusal records nothing.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.place-result")]
public abstract record PlaceResult
{
    private PlaceResult()
    {
    }

    /// <summary>The order stands. <paramref name="Replayed"/>: it stood before this request.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.place-result.accepted")]
    public sealed record Accepted([property: Id(0)] OrderState Order, [property: Id(1)] bool Replayed) : PlaceResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.place-result.out-of-stock")]
    public sealed record OutOfStock([property: Id(0)] ImmutableArray<Shortage> Items) : PlaceResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.place-result.unknown-item")]
    public sealed record UnknownItem([property: Id(0)] ImmutableArray<string> ItemIds) : PlaceResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.place-result.too-many-open-orders")]
    public sealed record TooManyOpenOrders([property: Id(0)] int Limit) : PlaceResult;

    /// <summary>This key placed another order before.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.place-result.key-reused")]
    public sealed record KeyReused : PlaceResult;
}

[GenerateSerializer, Immutable, Alias("cafeteria.shortage")]
public sealed record Shortage(
    [property: Id(0)] string ItemId,
    [property: Id(1)] int Requested,
    [property: Id(2)] int Available);

[GenerateSerializer, Immutable, Alias("cafeteria.cancel-order")]
public sealed record CancelOrder([property: Id(0)] Actor By, [property: Id(1)] string? Reason);

[GenerateSerializer, Immutable, Alias("cafeteria.step-ticket")]
public sealed record StepTicket(
    [property: Id(0)] string StationId,
    [property: Id(1)] TicketStep Step,
    [property: Id(2)] Actor By);

[GenerateSerializer, Alias("cafeteria.ticket-step"), JsonConverter(typeof(SnakeCaseEnumConverter<TicketStep>))]
public enum TicketStep
{
    Start,
    Done,
    Recall,

    /// <summary>Not begun after all: it waits again.</summary>
    PutBack,
}

/// <summary>The answer to a step in an order's life after it was placed.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.step-result")]
public abstract record StepResult
{
    private StepResult()
    {
    }

    /// <summary>The step is taken, now or earlier.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.step-result.done")]
    public sealed record Done([property: Id(0)] OrderState Order) : StepResult;

    /// <summary>There is no such order (or no such ticket in it).</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.step-result.not-found")]
    public sealed record NotFound : StepResult;

    /// <summary>The order's status does not allow the step, or does not allow it any more.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.step-result.refused")]
    public sealed record Refused([property: Id(0)] OrderStatus Status) : StepResult;
}
