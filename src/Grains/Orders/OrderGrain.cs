using Cafeteria.Menu;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Placement;

namespace Cafeteria.Orders;

/// <summary>
/// The saga of one order. Its accepting write is the commit point and the only durable wait before the answer; whatever
/// follows is done by <see cref="AdvanceAsync"/>, which carries on from what is recorded, however often it is called.
/// </summary>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)] // an order is busy for minutes and then for ever quiet; at 3 KB each, a rush would fill the memory
internal sealed partial class OrderGrain(
    [PersistentState("order", StorageNames.Orders)] IPersistentState<OrderState> state,
    IMenuBoard menu,
    IOrderRows rows,
    IOptionsMonitor<OrderOptions> options,
    IOptions<TenantOptions> tenants,
    Breakpoints breakpoints,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<OrderGrain> logger) : Grain, IOrderGrain
{
    /// <summary>An item taken over while we wrote is rare; taken over this often in a row, something is wrong with it.</summary>
    private const int MaxStaleWrites = 3;

    private GrainKey _key;
    private OrderState? _committed;
    private OrderFollowUp _followUp = null!;
    private IGrainTimer? _advancing;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        _committed = state.RecordExists ? state.State : null;
        _followUp = new OrderFollowUp(this, GrainFactory, _key, breakpoints, logger);
        return Task.CompletedTask;
    }

    public Task<OrderState?> Get() => Task.FromResult(OrderRules.Exists(_committed) ? _committed : null);

    public async Task<PlaceResult> Place(PlaceOrder command)
    {
        var fingerprint = Fingerprint.Of(command);
        if (OrderRules.Exists(_committed))
            return _committed!.Fingerprint == fingerprint ? new PlaceResult.Accepted(_committed, Replayed: true) : Refuse("key_reused", new PlaceResult.KeyReused());

        var priced = Pricing.Price(command, await menu.GetAsync(_key.Tenant));
        if (priced is Priced.Unknown unknown)
            return Refuse("unknown_item", new PlaceResult.UnknownItem(unknown.ItemIds));
        if (priced is Priced.Unavailable unavailable)
            return Refuse("out_of_stock", new PlaceResult.OutOfStock(unavailable.Items));

        var draft = OrderRules.Draft(_key, command, (Priced.Lines)priced, fingerprint, clock.GetUtcNow());
        switch (await TryAcceptAsync(draft))
        {
            case SecuringResult.OutOfStock { Items: var items }:
                return Refuse("out_of_stock", new PlaceResult.OutOfStock(items));
            case SecuringResult.TooManyOpen { Limit: var limit }:
                return Refuse("too_many_open_orders", new PlaceResult.TooManyOpenOrders(limit));
            case SecuringResult.NotNow { Reason: var reason }:
                Log.PutOff(logger, _key, reason);
                var numbered = await WithNumberAsync(draft);
                await WriteAsync(OrderRules.PutOff(numbered, options.CurrentValue.Retries, reason, clock.GetUtcNow()));
                break;
        }

        OrderMetrics.Accepted(_key.Tenant);
        AdvanceSoon();
        return new PlaceResult.Accepted(_committed!, Replayed: false);
    }

    public async Task<StepResult> Cancel(CancelOrder command)
    {
        if (!OrderRules.Exists(_committed))
            return new StepResult.NotFound();
        return _committed!.Status is OrderStatus.Cancelled
            ? new StepResult.Done(_committed)
            : await StepAsync(OrderRules.Cancel(_committed, command.By, command.Reason, clock.GetUtcNow()));
    }

    public async Task<StepResult> Complete(Actor by)
    {
        if (!OrderRules.Exists(_committed))
            return new StepResult.NotFound();
        return _committed!.Status is OrderStatus.Completed
            ? new StepResult.Done(_committed)
            : await StepAsync(OrderRules.Complete(_committed, by, null, clock.GetUtcNow()));
    }

    public async Task<StepResult> StepTicket(StepTicket command)
    {
        if (!OrderRules.Exists(_committed) || _committed!.Tickets.All(ticket => ticket.StationId != command.StationId))
            return new StepResult.NotFound();
        var result = await StepAsync(OrderRules.StepTicket(_committed, command, options.CurrentValue.PickupWindow, clock.GetUtcNow()));
        if (result is StepResult.Done { Order: var order })
            await _followUp.RecordAtStationAsync(order, command.StationId);
        else if (_committed.Status.IsFinal())
            TellEndAgain();
        return result;
    }

    public Task Advance() => AdvanceAsync(CancellationToken.None);

    public Task Nudge()
    {
        if (_committed?.Status.IsFinal() is true)
            TellEndAgain();
        return AdvanceAsync(CancellationToken.None);
    }

    public async Task HoldExpired(string itemId)
    {
        if (_committed is null)
        {
            // So that an accepting write still under way somewhere finds a row where it expects none, and fails.
            await WriteAsync(new OrderState { Tenant = _key.Tenant, OrderId = _key.Id, Status = OrderStatus.Abandoned, PlacedAt = clock.GetUtcNow() });
            Log.Abandoned(logger, _key);
        }

        // Of an order that was accepted the ledger has rows: its sale, and its return if it was cancelled. The item may have
        // counted them before (it was told, and then asked to hold again by a message that came twice): the rows decide.
        var accepted = _committed!.Attempt.Length > 0;
        var item = GrainFactory.GetGrain<IStockItemGrain>(GrainKey.For(_key.Tenant, itemId));
        await item.Settle(_key.Id, accepted ? _committed.Attempt : null);
        if (accepted)
            await item.LedgerChanged();
    }

    /// <summary>Idempotent: does what the recorded status asks for, and nothing twice that matters.</summary>
    private async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        if (!OrderRules.Exists(_committed))
            return;
        if (_committed!.Status is OrderStatus.Pending && clock.GetUtcNow() >= _committed.DueAt)
            await RetryAsync(_committed);
        if (_committed.Status is OrderStatus.StockVerified or OrderStatus.InKitchen)
        {
            var stations = await _followUp.FollowAsync(_committed);
            var next = OrderRules.Progress(_committed, stations, options.CurrentValue.PickupWindow, clock.GetUtcNow());
            if (!ReferenceEquals(next, _committed))
                await WriteAsync(next);
        }

        if (_committed.Status is OrderStatus.Ready && clock.GetUtcNow() >= _committed.DueAt)
            await WriteAsync(OrderRules.Complete(_committed, Actor.System, "not_collected", clock.GetUtcNow())!);
        await _followUp.PublishAsync(_committed);
        if (_committed.Status.IsFinal())
            await _followUp.EndAsync(_committed);
        if (_committed is { Status: OrderStatus.Pending, DueAt: { } again })
            AdvanceSoon(again - clock.GetUtcNow());
    }

    private async Task RetryAsync(OrderState order)
    {
        OrderMetrics.Retried();
        await breakpoints.ReachAsync(Breakpoints.Retrying, _key.Id);
        var now = clock.GetUtcNow();
        switch (await TryAcceptAsync(order))
        {
            case SecuringResult.OutOfStock:
                await WriteAsync(OrderRules.Reject(order, "out_of_stock", now));
                break;
            case SecuringResult.TooManyOpen:
                await WriteAsync(OrderRules.Reject(order, "too_many_open_orders", now));
                break;
            case SecuringResult.NotNow { Reason: var reason }:
                Log.PutOff(logger, _key, reason);
                await WriteAsync(OrderRules.PutOff(order, options.CurrentValue.Retries, reason, now));
                break;
        }
    }

    /// <summary>Secures everything the order needs and writes its acceptance. Answers what stood in the way, if anything did.</summary>
    private async Task<SecuringResult> TryAcceptAsync(OrderState order)
    {
        var refused = ImmutableDictionary<string, long>.Empty;
        for (var write = 1; ; write++)
        {
            var securing = new Securing(GrainFactory, _key, order.Student, order.Lines);
            var result = await securing.SecureAsync(refused, options.CurrentValue.SecureWithin);
            if (result is not SecuringResult.All { Secured: var secured })
                return result;
            await breakpoints.ReachAsync(Breakpoints.Held, _key.Id);
            try
            {
                order = await WithNumberAsync(order);
            }
            catch (StorageUnavailableException)
            {
                securing.LetGo(); // nothing was sent to be written, so nothing can be
                throw;
            }

            try
            {
                await WriteAsync(OrderRules.Accept(order, secured, clock.GetUtcNow()));
                await breakpoints.ReachAsync(Breakpoints.Written, _key.Id);
                return result;
            }
            catch (StaleEpochException exception)
            {
                OrderMetrics.StaleEpoch();
                Log.StaleEpoch(logger, _key, exception.Message);
                securing.LetGo();
                refused = exception.Items.IsEmpty ? secured.Epochs : secured.Epochs.Where(epoch => exception.Items.Contains(epoch.Key)).ToImmutableDictionary();
                if (write == MaxStaleWrites)
                    return new SecuringResult.NotNow("stale_epoch");
            }
        }
    }

    private async Task<StepResult> StepAsync(OrderState? next)
    {
        if (next is null)
            return new StepResult.Refused(_committed!.Status);
        if (!ReferenceEquals(next, _committed))
        {
            await WriteAsync(next);
            AdvanceSoon();
        }

        return new StepResult.Done(_committed!);
    }

    /// <summary>
    /// Writes, and only then is it so. After any failure but a stale epoch the outcome is unknown: nothing is released, the
    /// activation ends, and the next one reads what the row says.
    /// </summary>
    private async Task WriteAsync(OrderState next)
    {
        var known = _committed?.Version ?? 0;
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (StaleEpochException)
        {
            state.State = before;
            throw;
        }
        catch (Exception exception)
        {
            Log.OutcomeUnknown(logger, _key, exception.Message);
            DeactivateOnIdle();
            throw;
        }

        _committed = state.State = next with { Appending = [] };
        foreach (var step in OrderRules.StepsSince(next, known))
            OrderMetrics.Reached(_key.Tenant, step.Status);
    }

    private async ValueTask<OrderState> WithNumberAsync(OrderState order)
    {
        if (order.Number.Length > 0)
            return order;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(tenants.Value.Known[_key.Tenant].TimeZone);
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(order.PlacedAt, zone).DateTime);
        return order with { Number = OrderNumber.Format(await rows.NextNumberAsync(_key.Tenant, day, CancellationToken.None)) };
    }

    private PlaceResult Refuse(string reason, PlaceResult refusal)
    {
        OrderMetrics.Refused(_key.Tenant, reason);
        return refusal;
    }

    /// <summary>A station that still has our ticket did not hear of the end, or heard of the ticket after it.</summary>
    private void TellEndAgain()
    {
        _followUp.ForgetEnd();
        AdvanceSoon();
    }

    private void AdvanceSoon() => AdvanceSoon(TimeSpan.Zero);

    /// <summary>A turn of its own, after this one has answered; a detached task would run beside the turns.</summary>
    private void AdvanceSoon(TimeSpan delay)
    {
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        if (_advancing is null)
            _advancing = this.RegisterGrainTimer(TryAdvanceAsync, delay, Timeout.InfiniteTimeSpan);
        else
            _advancing.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private async Task TryAdvanceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await AdvanceAsync(cancellationToken);
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            Log.AdvancePutOff(logger, _key, exception.Message); // due_at brings the sweeper
        }
    }

    private static partial class Log
    {
        [LoggerMessage(10, LogLevel.Warning, "Order {Order} is accepted as pending: {Reason}")]
        public static partial void PutOff(ILogger logger, GrainKey order, string reason);

        [LoggerMessage(11, LogLevel.Warning, "Order {Order} was held under an old epoch and is held again: {Reason}")]
        public static partial void StaleEpoch(ILogger logger, GrainKey order, string reason);

        [LoggerMessage(12, LogLevel.Warning, "Order {Order}: the outcome of a write is unknown, the row decides: {Reason}")]
        public static partial void OutcomeUnknown(ILogger logger, GrainKey order, string reason);

        [LoggerMessage(13, LogLevel.Information, "Order {Order} was never placed; what was held for it is released")]
        public static partial void Abandoned(ILogger logger, GrainKey order);

        [LoggerMessage(14, LogLevel.Warning, "Order {Order} could not go on now, the sweeper will see to it: {Reason}")]
        public static partial void AdvancePutOff(ILogger logger, GrainKey order, string reason);
    }
}
