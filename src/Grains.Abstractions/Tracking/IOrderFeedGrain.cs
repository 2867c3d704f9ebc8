using System.Collections.Immutable;
using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Orleans.Concurrency;

namespace Cafeteria.Tracking;

/// <summary>
/// Fans a stream of order changes out to the API processes. Key: the stream's, <c>{tenant}/{0…7}</c>. Keeps nothing: who
/// misses a change finds it in the order.
/// </summary>
[Alias("cafeteria.IOrderFeedGrain")]
public interface IOrderFeedGrain : IGrainWithStringKey
{
    /// <summary>Changes go to the observer until 30 s have passed without another call; call every 10 s.</summary>
    [Alias("Observe")]
    Task Observe(IOrderFeedObserver observer);

    [Alias("Forget")]
    Task Forget(IOrderFeedObserver observer);
}

/// <summary>One for each API process.</summary>
[Alias("cafeteria.IOrderFeedObserver")]
public interface IOrderFeedObserver : IGrainObserver
{
    [Alias("Push"), OneWay]
    Task Push(ImmutableArray<OrderChanged> changes);
}

/// <summary>
/// The order has been written with new transitions. <paramref name="Steps"/> are the newest ones; the first of them made
/// version <paramref name="Version"/> − Steps.Length + 1.
/// </summary>
[GenerateSerializer, Immutable, Alias("cafeteria.order-changed")]
public sealed record OrderChanged(
    [property: Id(0)] string Tenant,
    [property: Id(1)] string OrderId,
    [property: Id(2)] string Student,
    [property: Id(3)] string Number,
    [property: Id(4)] int Version,
    [property: Id(5)] ImmutableArray<Transition> Steps,
    [property: Id(6)] DateTimeOffset? ReadyAt,
    [property: Id(7)] ImmutableArray<Ticket> Tickets)
{
    /// <summary>The span that says this, as a W3C traceparent, while somebody listens: streams carry no context of their own.</summary>
    [Id(8)] public string? Trace { get; init; }
}
