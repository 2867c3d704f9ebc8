using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Storage;
using Microsoft.Extensions.Options;

namespace Cafeteria.Stock;

/// <summary>
/// Decides in one synchronous stretch who gets a portion, without a write. What it says binds nobody by itself: the
/// order's accepting write requires that the epoch is still the item's own.
/// </summary>
internal sealed partial class StockItemGrain(
    IStockBooks books,
    IOptions<StockOptions> options,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock,
    ILogger<StockItemGrain> logger) : Grain, IStockItemGrain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    /// <summary>Of an item that sells fast: holds wait while its rows are counted.</summary>
    private static readonly TimeSpan BetweenFolds = TimeSpan.FromSeconds(1);

    private readonly StockOptions _options = options.Value;
    private GrainKey _key;
    private ItemBook _book = null!;
    private IGrainTimer _reporting = null!;
    private IGrainTimer _folding = null!;
    private bool _reportDue;
    private bool _uncounted;
    private TimeSpan? _foldDue;
    private int _soldAtLastFold;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = GrainKey.Parse(this.GetPrimaryKeyString());
        await TakeOverAsync(cancellationToken);
        this.RegisterGrainTimer(AskAboutExpiredHoldsAsync, _options.LeaseCheck, _options.LeaseCheck);
        _reporting = this.RegisterGrainTimer(ReportAsync, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _folding = this.RegisterGrainTimer(FoldAsync, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        ReportSoon();
    }

    /// <summary>
    /// Holds go with the activation that knows them, and rows that could not be counted wait for the next one. Nobody would tell
    /// the menu: a dish whose last portions were held by orders that could not be written, or had come back by a cancellation,
    /// stayed sold out there, and so nobody asked for it again.
    /// </summary>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (reason.ReasonCode is DeactivationReasonCode.ShuttingDown)
            return Task.CompletedTask;
        if (_book.Held > 0)
            ReportAsync(_book.OnHand + _book.Held).Unawaited();
        if (_uncounted)
            this.AsReference<IStockItemGrain>().Get().Unawaited(); // answered by the next activation, which takes over and reports
        return Task.CompletedTask;
    }

    public async Task<HoldResult> Hold(HoldStock command)
    {
        if (command.RefusedEpoch is { } refused && refused >= _book.Epoch)
        {
            Log.LostEpoch(logger, _key, _book.Epoch);
            await TakeOverAsync(CancellationToken.None);
        }

        (var book, var result) = _book.Hold(command, clock.GetUtcNow() + _options.HoldLease);
        Become(book);
        if (result is HoldResult.Insufficient)
            StockMetrics.Short(_key.Tenant);
        return result;
    }

    public Task Keep(string orderId, string attempt)
    {
        Become(_book.Keep(new HoldId(orderId, attempt)));
        if (_book.Sold - _soldAtLastFold >= _options.FoldAfterSales)
            FoldWithin(BetweenFolds);
        return Task.CompletedTask;
    }

    public Task Extend(string orderId, string attempt)
    {
        Become(_book.Extend(new HoldId(orderId, attempt), clock.GetUtcNow() + _options.HoldLease));
        return Task.CompletedTask;
    }

    public Task Release(string orderId, string attempt)
    {
        Become(_book.Release(new HoldId(orderId, attempt), clock.GetUtcNow() + _options.HoldLease));
        return Task.CompletedTask;
    }

    public Task Settle(string orderId, string? exceptAttempt)
    {
        Become(_book.Settle(orderId, exceptAttempt, clock.GetUtcNow()));
        return Task.CompletedTask;
    }

    public Task LedgerChanged()
    {
        FoldWithin(Soon);
        return Task.CompletedTask;
    }

    public Task<StockChangeResult> Receive(ChangeStock command) => ChangeAsync(command, writeOff: false);

    public Task<StockChangeResult> WriteOff(ChangeStock command) => ChangeAsync(command, writeOff: true);

    public async Task<StockCountResult> Count(CountStock command)
    {
        // Said again after it was done, it must not be taken for news of what was sold since.
        if (await books.HasCountAsync(_key.Tenant, _key.Id, command.Key, CancellationToken.None))
            return new StockCountResult.Replayed(_book.ToLevel(_key.Id));
        // What was returned and not yet added up is on the shelf already: booked as a surplus, it would come back twice.
        await AddUpAsync(CancellationToken.None);
        if (command.Counted < _book.Held)
            return new StockCountResult.BeingOrdered(_book.Held);
        var difference = command.Counted - _book.OnHand - _book.Held;
        await WriteAsync(books.CountAsync(_key.Tenant, _key.Id, _book.Epoch, difference, command, CancellationToken.None));
        return new StockCountResult.Counted(_book.ToLevel(_key.Id), difference);
    }

    public async Task<StockLevel> SetReorderLevel(int level)
    {
        await books.SetReorderLevelAsync(_key.Tenant, _key.Id, level, CancellationToken.None);
        Become(_book with { ReorderLevel = level });
        return _book.ToLevel(_key.Id);
    }

    public Task<StockLevel> Get() => Task.FromResult(_book.ToLevel(_key.Id));

    private async Task<StockChangeResult> ChangeAsync(ChangeStock command, bool writeOff)
    {
        // Said again after it was done, it must not be taken for news, nor refused for what it took away itself. The write cannot
        // tell: it may be sent twice, and its second sending would find the first one's row.
        if (await books.HasChangeAsync(_key.Tenant, _key.Id, writeOff, command.Key, CancellationToken.None))
            return new StockChangeResult.Replayed(_book.ToLevel(_key.Id));
        if (writeOff && command.Quantity > _book.OnHand)
            return new StockChangeResult.BelowZero(Math.Max(_book.OnHand, 0));
        await WriteAsync(books.ChangeAsync(_key.Tenant, _key.Id, _book.Epoch, writeOff, command, CancellationToken.None));
        return new StockChangeResult.Changed(_book.ToLevel(_key.Id));
    }

    /// <summary>Holds wait for this turn to end, so what was on hand before the write is on hand after it.</summary>
    private async Task WriteAsync(Task<StockAccount?> writing)
    {
        StockAccount? account;
        try
        {
            account = await writing;
        }
        catch
        {
            DeactivateOnIdle(); // written or not is unknown: portions that were thrown away must not be sold
            throw;
        }

        if (account is null)
        {
            DeactivateOnIdle();
            throw new StaleEpochException($"{_key} was taken over by another activation; nothing was changed.");
        }

        Become(_book.Change(account));
    }

    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        var account = await books.TakeOverAsync(_key.Tenant, _key.Id, cancellationToken);
        // Holds of the epoch before are gone with it: no order can be accepted on them any more.
        _book = ItemBook.From(account);
        _soldAtLastFold = _book.Sold;
    }

    private async Task FoldAsync(CancellationToken cancellationToken)
    {
        _foldDue = null;
        try
        {
            await AddUpAsync(cancellationToken);
        }
        catch (StorageUnavailableException exception)
        {
            Log.FoldFailed(logger, _key, exception.Message);
        }
        catch (StaleEpochException)
        {
            // Said already; the next activation takes over.
        }
    }

    /// <summary>Counts the rows that were written since it was done before.</summary>
    /// <exception cref="StaleEpochException">The item is another activation's by now.</exception>
    /// <exception cref="StorageUnavailableException">Counted or not is unknown.</exception>
    private async Task AddUpAsync(CancellationToken cancellationToken)
    {
        StockFold? fold;
        try
        {
            fold = await books.FoldAsync(_key.Tenant, _key.Id, _book.Epoch, cancellationToken);
        }
        catch
        {
            _uncounted = true;
            DeactivateOnIdle(); // rows counted once are not named again: what is held here may be sold there
            throw;
        }

        if (fold is null)
        {
            Log.LostEpoch(logger, _key, _book.Epoch);
            DeactivateOnIdle();
            throw new StaleEpochException($"{_key} was taken over by another activation; nothing was changed.");
        }

        Become(_book.Fold(fold));
        _soldAtLastFold = _book.Sold;
    }

    /// <summary>A lease is a question, not a release: the hold stands until its order has answered.</summary>
    private async Task AskAboutExpiredHoldsAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        _book = _book.ForgetTombstones(now);
        foreach (var orderId in _book.OrdersWithExpiredHolds(now))
        {
            Log.AskingAboutHold(logger, _key, orderId);
            await GrainFactory.GetGrain<IOrderGrain>(GrainKey.For(_key.Tenant, orderId)).HoldExpired(_key.Id);
        }

        ReportSoon(); // a menu that was activated anew knows only what the rows say
    }

    private void Become(ItemBook book)
    {
        if (ReferenceEquals(book, _book))
            return;
        StockMetrics.Deducted(_key.Tenant, book.Sold - _book.Sold);
        var news = book.OnHand != _book.OnHand || book.ReorderLevel != _book.ReorderLevel;
        _book = book;
        if (news)
            ReportSoon();
    }

    private void ReportSoon()
    {
        if (_reportDue)
            return;
        _reportDue = true;
        _reporting.Change(_options.ReportEvery, Timeout.InfiniteTimeSpan);
    }

    private Task ReportAsync(CancellationToken cancellationToken)
    {
        _reportDue = false;
        return ReportAsync(_book.OnHand);
    }

    private Task ReportAsync(int onHand) => GrainFactory.GetGrain<IMenuGrain>(GrainKey.For(_key.Tenant, "menu"))
        .ReportStock(new StockReport(_key.Id, Math.Max(onHand, 0), StockLevels.Name(onHand, _book.ReorderLevel)));

    private void FoldWithin(TimeSpan time)
    {
        if (_foldDue <= time)
            return;
        _foldDue = time;
        _folding.Change(time, Timeout.InfiniteTimeSpan);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Item} lost its epoch {Epoch} to another activation")]
        public static partial void LostEpoch(ILogger logger, GrainKey item, long epoch);

        [LoggerMessage(2, LogLevel.Warning, "{Item} could not count its ledger and begins anew: {Reason}")]
        public static partial void FoldFailed(ILogger logger, GrainKey item, string reason);

        [LoggerMessage(3, LogLevel.Information, "{Item} asks order {OrderId} about a hold that outlived its lease")]
        public static partial void AskingAboutHold(ILogger logger, GrainKey item, string orderId);
    }
}
