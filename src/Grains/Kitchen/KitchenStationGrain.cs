using Cafeteria.Orders;
using Cafeteria.Storage;
using Microsoft.Extensions.Options;

namespace Cafeteria.Kitchen;

/// <summary>How a station works; its queue is not stored, for the orders know it.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.station-state")]
public sealed record StationState
{
    [Id(0)] public int Cooks { get; init; } = 10;
    [Id(1)] public StationMode Mode { get; init; } = StationMode.Auto;
}

/// <summary>Configuration section <c>Kitchen</c>.</summary>
public sealed class KitchenOptions
{
    public const string Section = "Kitchen";

    /// <summary>A promise that nobody queues is forgotten after this long.</summary>
    public TimeSpan KeepPromise { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the station looks whose time has come.</summary>
    public TimeSpan Tick { get; set; } = TimeSpan.FromMilliseconds(100);
}

internal sealed class KitchenStationGrain(
    [PersistentState("station", StorageNames.Grains)] IPersistentState<StationState> state,
    IOrderRows rows,
    IOptions<KitchenOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock) : Grain, IKitchenStationGrain
{
    private const int NudgesPerTick = 500;
    private const int ShownTickets = 500;

    private GrainKey _key;
    private StationQueue _queue = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        _queue = new StationQueue(state.State.Cooks, state.State.Mode);
        var now = clock.GetUtcNow();
        var waiting = await rows.AtStationAsync(_key.Tenant, _key.Id, cancellationToken);
        // Who is cooking holds a slot before those who wait are planned.
        foreach (var (order, ticket) in waiting.SelectMany(order => order.Tickets.Select(ticket => (order, ticket)))
                     .Where(pair => pair.ticket.StationId == _key.Id && pair.ticket.Status is not TicketStatus.Done)
                     .OrderByDescending(pair => pair.ticket.Status).ThenBy(pair => pair.ticket.QueuedAt))
        {
            var lines = order.Lines.Where(line => line.StationId == _key.Id).Select(line => new TicketLine(line.ItemId, line.Name, line.Quantity, line.Note));
            _queue.Queue(new QueueTicket(order.OrderId, order.Number, ticket, [.. lines]), now);
        }

        this.RegisterGrainTimer(NudgeDueOrdersAsync, options.Value.Tick, options.Value.Tick);
    }

    public Task<SlotPromise> Promise(PromiseSlot command) =>
        Task.FromResult(_queue.Promise(command, clock.GetUtcNow(), options.Value.KeepPromise));

    public Task<TicketProgress> Queue(QueueTicket command) => Task.FromResult(_queue.Queue(command, clock.GetUtcNow()));

    public Task Record(string orderId, TicketStatus status)
    {
        _queue.Record(orderId, status, clock.GetUtcNow());
        return Task.CompletedTask;
    }

    public Task Withdraw(string orderId)
    {
        _queue.Withdraw(orderId);
        return Task.CompletedTask;
    }

    public Task<StationView> Get()
    {
        var (queued, cooking) = _queue.Count(clock.GetUtcNow());
        return Task.FromResult(new StationView(_key.Id, _queue.Cooks, _queue.Mode, queued, cooking));
    }

    public Task<ImmutableArray<StationTicket>> Tickets() => Task.FromResult(_queue.Tickets(clock.GetUtcNow(), ShownTickets));

    public Task<ImmutableArray<string>> Waiting() => Task.FromResult(_queue.Waiting(clock.GetUtcNow()));

    public async Task<StationView> Configure(ConfigureStation command)
    {
        var before = state.State;
        state.State = before with { Cooks = command.Cooks, Mode = command.Mode };
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            state.State = before;
            DeactivateOnIdle();
            throw;
        }

        _queue.Configure(command.Cooks, command.Mode, clock.GetUtcNow());
        return await Get();
    }

    private async Task NudgeDueOrdersAsync(CancellationToken cancellationToken)
    {
        foreach (var orderId in _queue.Tick(clock.GetUtcNow(), NudgesPerTick))
            await GrainFactory.GetGrain<IOrderGrain>(GrainKey.For(_key.Tenant, orderId)).Nudge();
    }
}
