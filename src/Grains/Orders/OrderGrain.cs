using Cafeteria.Menu;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Placement;
using Orleans.Storage;

namespace Cafeteria.Orders;

/// <summary>
/// The saga of one order. Its accepting write is the commit point and the only durable wait before the answer; whatever
/// follows is done by <see cref="AdvanceAsync"/>, which carries on from what is recorded, however often it is called.
/// </summary>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = 2)] // an order is busy for minutes and then for ever quiet; at 3 KB each, a rush would fill the memory
internal sealed partial class OrderGrain(
    [FromKeyedServices(StorageNames.Orders)] IGrainStorage storage,
    IMenuBoard menu,
    IOrderRows rows,
    IOptionsMonitor<OrderOptions> options,
    IOptions<TenantOptions> tenants,
    Breakpoints breakpoints,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<OrderGrain> logger) : Grain, IOrderGrain
{
    /// <summary>What follows an acceptance and failed is tried again after this long, then after twice as long, and the last time after this.</summary>
    private static readonly TimeSpan FirstFollowUpAfter = TimeSpan.FromSeconds(1), LastFollowUpAfter = TimeSpan.FromSeconds(8);

    private GrainKey _key;
    private OrderRecord _record = null!;
    private OrderFollowUp _followUp = null!;
    private IGrainTimer? _retrying;
    private TimeSpan _followedUpAfter = FirstFollowUpAfter;
    private bool _placing;

    /// <summary>This activation has seen to what follows, and tries again by itself.</summary>
    private bool _followed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        _record = new OrderRecord(storage, this.GetGrainId());
        _followUp = new OrderFollowUp(this, GrainFactory, _key, breakpoints, logger);
        return Task.CompletedTask;
    }

    public async Task<OrderState?> Get() => AskedFor(await _record.PeekAsync());

    public async Task<PlaceResult> Place(PlaceOrder command)
    {
        _placing = true;
        var fingerprint = Fingerprint.Of(command);
        if (_record.Known && Existing(_record.Order) is { } known)
            return Replay(known, fingerprint);

        var recent = await menu.GetRecentAsync(_key.Tenant);
        var priced = Pricing.Price(command, recent ?? await menu.GetAsync(_key.Tenant));
        if (priced is not Priced.Lines lines)
        {
            if (await ExistingAsync() is { } placed)
                return Replay(placed, fingerprint);
            // An old copy's prices are good enough; what it does not offer may be on the menu by now.
            return recent is not null ? Refuse(priced) : throw new TimeoutException("The menu does not answer.");
        }

        var draft = OrderRules.Draft(_key, command, lines, fingerprint, clock.GetUtcNow());
        switch (await TryAcceptAsync(draft))
        {
            case SecuringResult.PlacedBefore { Order: var placed }:
                return Replay(placed, fingerprint);
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
        AdvanceSoonAfterThis();
        return new PlaceResult.Accepted(_record.Order!, Replayed: false);
    }

    public async Task<StepResult> Cancel(CancelOrder command)
    {
        if (AskedFor(await _record.ReadAsync()) is not { } order)
            return new StepResult.NotFound();
        return order.Status is OrderStatus.Cancelled
            ? new StepResult.Done(order)
            : await StepAsync(OrderRules.Cancel(order, command.By, command.Reason, clock.GetUtcNow()));
    }

    public async Task<StepResult> Complete(Actor by)
    {
        if (AskedFor(await _record.ReadAsync()) is not { } order)
            return new StepResult.NotFound();
        return order.Status is OrderStatus.Completed
            ? new StepResult.Done(order)
            : await StepAsync(OrderRules.Complete(order, by, null, clock.GetUtcNow()));
    }

    public async Task<StepResult> StepTicket(StepTicket command)
    {
        if (AskedFor(await _record.ReadAsync()) is not { } order || order.Tickets.All(ticket => ticket.StationId != command.StationId))
            return new StepResult.NotFound();
        var result = await StepAsync(OrderRules.StepTicket(order, command, options.CurrentValue.PickupWindow, clock.GetUtcNow()));
        if (result is StepResult.Done { Order: var stepped })
            await _followUp.RecordAtStationAsync(stepped, command.StationId);
        else if (order.Status.IsFinal())
            TellEndAgain();
        return result;
    }

    public Task Advance() => AdvanceAsync();

    public async Task AdvanceSoon()
    {
        try
        {
            await AdvanceAsync();
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            // due_at brings the sweeper, but not before the kitchen should begin: long after the station has given the slot away.
            Log.AdvancePutOff(logger, _key, exception.Message);
            if (_record.Order is { Status: OrderStatus.StockVerified or OrderStatus.InKitchen } && _followedUpAfter <= LastFollowUpAfter)
            {
                RetryAt(clock.GetUtcNow() + _followedUpAfter);
                _followedUpAfter *= 2;
            }
        }
    }

    public async Task Nudge()
    {
        if (await ExistingAsync() is { } order && order.Status.IsFinal())
            _followUp.ForgetEnd(); // a station that still has our ticket did not hear of the end, or heard of the ticket after it
        await AdvanceAsync();
    }

    public async Task HoldExpired(string itemId)
    {
        // So that an accepting write still under way somewhere, in a commit that hangs or a process that was frozen, finds another
        // row than it expects, and fails: one that expects none, one that expects the mark, and one of a pending order's retry.
        switch (await _record.ReadAsync())
        {
            case null or { Status: OrderStatus.Abandoned }:
                await WriteAsync(new OrderState { Tenant = _key.Tenant, OrderId = _key.Id, Status = OrderStatus.Abandoned, PlacedAt = clock.GetUtcNow() });
                Log.Abandoned(logger, _key);
                break;
            case { Status: OrderStatus.Pending } pending:
                await WriteAsync(pending with { Appending = [] });
                break;
        }

        // Of an order that was accepted the ledger has rows: its sale, and its return if it was cancelled. The item may have
        // counted them before (it was told, and then asked to hold again by a message that came twice): the rows decide.
        var attempt = _record.Order!.Attempt;
        var item = GrainFactory.GetGrain<IStockItemGrain>(GrainKey.For(_key.Tenant, itemId));
        await item.Settle(_key.Id, attempt.Length > 0 ? attempt : null);
        if (attempt.Length == 0)
            return;
        await item.LedgerChanged();
        AdvanceSoonAfterThis(); // that the item had to ask is the sign that it was not told, and maybe the kitchen was not either
    }

    /// <summary>Idempotent: does what the recorded status asks for, and nothing twice that matters.</summary>
    private async Task AdvanceAsync()
    {
        if (await ExistingAsync() is not { } order)
            return;
        if (order.Status is OrderStatus.Pending && clock.GetUtcNow() >= order.DueAt)
            order = await RetryAsync(order);
        if (order.Status is OrderStatus.StockVerified or OrderStatus.InKitchen)
        {
            var stations = await _followUp.FollowAsync(order);
            var next = OrderRules.Progress(order, stations, options.CurrentValue.PickupWindow, clock.GetUtcNow());
            if (!ReferenceEquals(next, order))
                order = await WriteAsync(next);
        }

        if (order.Status is OrderStatus.Ready && clock.GetUtcNow() >= order.DueAt)
            order = await WriteAsync(OrderRules.Complete(order, Actor.System, "not_collected", clock.GetUtcNow())!);
        await _followUp.PublishAsync(order);
        if (order.Status.IsFinal())
            await EndAsync(order);
        if (order is { Status: OrderStatus.Pending, DueAt: { } again })
            RetryAt(again);
        _followedUpAfter = FirstFollowUpAfter;
    }

    private async Task EndAsync(OrderState order)
    {
        await _followUp.EndAsync(order);
        if (order.DueAt is not null)
            await WriteAsync(order with { DueAt = null, Appending = [] }); // everyone has been told
    }

    private async Task<StepResult> StepAsync(OrderState? next)
    {
        if (next is null)
            return new StepResult.Refused(_record.Order!.Status);
        if (!ReferenceEquals(next, _record.Order))
        {
            await WriteAsync(next);
            AdvanceSoonAfterThis();
        }

        return new StepResult.Done(_record.Order!);
    }

    /// <summary>
    /// Writes, and only then is it so. After any failure but a refused one the outcome is unknown: nothing is released, the
    /// activation ends, and the next one reads what the row says.
    /// </summary>
    private async Task<OrderState> WriteAsync(OrderState next)
    {
        var known = _record.Order?.Version ?? 0;
        try
        {
            await _record.WriteAsync(next);
        }
        catch (Exception refused) when (refused is StaleEpochException || (refused is InconsistentStateException && !_record.Known))
        {
            throw;
        }
        catch (Exception exception)
        {
            Log.OutcomeUnknown(logger, _key, exception.Message);
            DeactivateOnIdle();
            throw;
        }

        foreach (var step in OrderRules.StepsSince(next, known))
            OrderMetrics.Reached(_key.Tenant, step.Status);
        return _record.Order!;
    }

    private async ValueTask<OrderState?> ExistingAsync() => Existing(await _record.ReadAsync());

    /// <summary>
    /// Whoever is signed in may ask for ids that never were, as many as they can make up: none of them is kept in memory. What
    /// has been told to place the order stays, for that needs what it knows.
    /// </summary>
    private OrderState? AskedFor(OrderState? order)
    {
        if (OrderRules.Exists(order))
            return order;
        if (!_placing)
            DeactivateOnIdle();
        return null;
    }

    private static OrderState? Existing(OrderState? order) => OrderRules.Exists(order) ? order : null;

    private PlaceResult Replay(OrderState order, string fingerprint)
    {
        if (order.Fingerprint != fingerprint)
            return Refuse("key_reused", new PlaceResult.KeyReused());
        // Who asks again had no answer, maybe because the commit took too long: then nobody has told the kitchen either, and the
        // sweeper comes when the kitchen should begin, long after the station has given the slot away.
        if (order.Status is OrderStatus.StockVerified && !_followed)
            AdvanceSoonAfterThis();
        return new PlaceResult.Accepted(order, Replayed: true);
    }

    private PlaceResult Refuse(Priced priced) => priced switch
    {
        Priced.Unknown unknown => Refuse("unknown_item", new PlaceResult.UnknownItem(unknown.ItemIds)),
        Priced.Unavailable unavailable => Refuse("out_of_stock", new PlaceResult.OutOfStock(unavailable.Items)),
        _ => throw new ArgumentOutOfRangeException(nameof(priced)),
    };

    private PlaceResult Refuse(string reason, PlaceResult refusal)
    {
        OrderMetrics.Refused(_key.Tenant, reason);
        // There is nothing to remember: a sold-out rush would fill the memory with it, and over an abandoned row an earlier
        // write of unknown outcome may be made yet, which this activation would never see.
        if (!OrderRules.Exists(_record.Order))
            DeactivateOnIdle();
        return refusal;
    }

    /// <summary>A station that still has our ticket did not hear of the end, or heard of the ticket after it.</summary>
    private void TellEndAgain()
    {
        _followUp.ForgetEnd();
        AdvanceSoonAfterThis();
    }

    /// <summary>
    /// A turn of its own, after this one has answered; a detached task would run beside the turns. A call to oneself rather
    /// than a timer: it costs a tenth, and outlives this activation.
    /// </summary>
    private void AdvanceSoonAfterThis()
    {
        _followed = true;
        this.AsReference<IOrderGrain>().AdvanceSoon().Unawaited();
    }

    private void RetryAt(DateTimeOffset due)
    {
        var delay = due - clock.GetUtcNow();
        if (delay < TimeSpan.Zero)
            delay = TimeSpan.Zero;
        if (_retrying is null)
            _retrying = this.RegisterGrainTimer(_ => AdvanceSoon(), delay, Timeout.InfiniteTimeSpan);
        else
            _retrying.Change(delay, Timeout.InfiniteTimeSpan);
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

        [LoggerMessage(14, LogLevel.Warning, "Order {Order} could not go on now and is tried again later: {Reason}")]
        public static partial void AdvancePutOff(ILogger logger, GrainKey order, string reason);
    }
}
