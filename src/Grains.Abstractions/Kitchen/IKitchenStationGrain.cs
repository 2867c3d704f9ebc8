using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Cafeteria.Kitchen;

/// <summary>
/// A place where dishes are made: its cooks, and the queue in front of them, in memory. Key <c>{tenant}/{station}</c>.
/// It promises a slot and a time; the ticket's truth is in its order.
/// </summary>
[Alias("cafeteria.IKitchenStationGrain")]
public interface IKitchenStationGrain : IGrainWithStringKey
{
    /// <summary>A slot for an order that is being placed; dropped when nobody queues it in time. The same attempt again: the same slot.</summary>
    [Alias("Promise")]
    Task<SlotPromise> Promise(PromiseSlot command);

    /// <summary>The order was accepted: its ticket is in the queue. Idempotent; answers where the ticket stands by now.</summary>
    [Alias("Queue")]
    Task<TicketProgress> Queue(QueueTicket command);

    /// <summary>The order has recorded that a cook started, finished or recalled its ticket.</summary>
    [Alias("Record")]
    Task Record(string orderId, TicketStatus status);

    /// <summary>The order's ticket, or its promise, is not wanted any more. Idempotent.</summary>
    [Alias("Withdraw")]
    Task Withdraw(string orderId);

    [Alias("Get"), AlwaysInterleave]
    Task<StationView> Get();

    /// <summary>Tickets not yet done, and those done in the last minutes, oldest first.</summary>
    [Alias("Tickets"), AlwaysInterleave]
    Task<ImmutableArray<StationTicket>> Tickets();

    /// <summary>The orders whose tickets wait for a cook, who is next first.</summary>
    [Alias("Waiting"), AlwaysInterleave]
    Task<ImmutableArray<string>> Waiting();

    [Alias("Configure")]
    Task<StationView> Configure(ConfigureStation command);
}
