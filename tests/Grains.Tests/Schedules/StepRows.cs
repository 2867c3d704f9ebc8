using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Orleans.Storage;

namespace Cafeteria.Tests.Schedules;

/// <summary>Put into the rows or the messages on purpose: what the product rests on, and what happens without it.</summary>
internal enum Bug
{
    None,

    /// <summary>Placing: an accepting write is taken under an epoch that has passed.</summary>
    OldEpochsMaySell,

    /// <summary>Placing: an order that is there already is written over by one that expects none.</summary>
    TheSecondOrderWins,

    /// <summary>Cancelling: a write does not look whether the row is the one it knew.</summary>
    TheLastWriteWins,

    /// <summary>Cancelling: rows that are written while a fold is under way are taken for counted.</summary>
    AFoldMissesWhatIsWrittenMeanwhile,

    /// <summary>Lease expiry: what is held goes back on sale without its order being asked.</summary>
    ALeaseIsARelease,

    /// <summary>Lease expiry: no mark is left that there is no such order.</summary>
    NothingIsAbandoned,

    /// <summary>Sweeper: what was claimed once is never due again.</summary>
    AClaimIsForEver,

    /// <summary>Clock: leases, due orders and promises go by a clock that somebody sets back.</summary>
    TheClockGoesBack,

    /// <summary>Sweeper: an order is due for nobody until somebody wrote it again.</summary>
    AcceptedOrdersAreNotDue,
}

/// <summary>
/// The rows of orders and stock as PostgreSQL has them, where each statement happens in one step: the rules of OrderTable.Sql
/// and StockBooks, in memory. After every write nothing may be below zero.
/// </summary>
internal sealed class StepRows
{
    private readonly Dictionary<string, Row> _orders = [];
    private readonly SortedDictionary<string, Head> _heads = new(StringComparer.Ordinal);
    private readonly List<Entry> _ledger = [];
    private int _etags;
    private int _numbers;

    private sealed record Row(OrderState State, string ETag, DateTimeOffset? DueAt, DateTimeOffset ClaimedUntil);

    private sealed record Head(long Epoch, int Received, int Sold, int FoldedThrough);

    private sealed record Entry(string Item, string Order, string Attempt, LedgerKind Kind, int Quantity)
    {
        public int Sold => Kind is LedgerKind.Sold ? Quantity : -Quantity;
    }

    public Bug Bug { get; private set; }

    public IEnumerable<OrderState> Orders => _orders.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => row.Value.State);

    public void Begin(Bug bug, params (string Item, int Portions)[] received)
    {
        _orders.Clear();
        _heads.Clear();
        _ledger.Clear();
        (Bug, _etags, _numbers) = (bug, 0, 0);
        foreach (var (item, portions) in received)
            _heads[item] = new Head(0, portions, 0, 0);
    }

    public int NextNumber() => ++_numbers;

    public void Read(string key, IGrainState<OrderState> into)
    {
        var row = _orders.GetValueOrDefault(key);
        (into.State, into.ETag, into.RecordExists) = (row?.State, row?.ETag, row is not null);
    }

    /// <summary>The accepting write, and every other one of an order. Answers the new ETag.</summary>
    public string Write(string key, OrderState state, string? expected)
    {
        var stale = state.Appending.Where(entry => entry.Kind is LedgerKind.Sold && entry.Epoch != _heads[entry.ItemId].Epoch)
            .Select(entry => entry.ItemId).ToImmutableArray();
        if (!stale.IsEmpty && Bug is not Bug.OldEpochsMaySell)
            throw new StaleEpochException(stale);
        var row = _orders.GetValueOrDefault(key);
        if (row?.ETag != expected && Bug is not Bug.TheLastWriteWins && !(expected is null && Bug is Bug.TheSecondOrderWins))
            throw new InconsistentStateException($"The row of {key} is another.", row?.ETag, expected);
        var etag = $"{++_etags}";
        if (state.Status is OrderStatus.Abandoned && Bug is Bug.NothingIsAbandoned)
            return etag;
        var due = row is null && Bug is Bug.AcceptedOrdersAreNotDue ? null : state.DueAt;
        _orders[key] = new Row(state with { Appending = [] }, etag, due, DateTimeOffset.MinValue);
        foreach (var entry in state.Appending)
            _ledger.Add(new Entry(entry.ItemId, state.OrderId, entry.Attempt, entry.Kind, entry.Quantity));
        foreach (var (item, head) in _heads)
            Assert.True(head.Received >= Sold(item), $"{item}: {Sold(item)} sold of {head.Received} received");
        return etag;
    }

    public StockAccount TakeOver(string item)
    {
        _heads[item] = _heads[item] with { Epoch = _heads[item].Epoch + 1 };
        return Fold(item, _heads[item].Epoch)!.Account;
    }

    public StockFold? Fold(string item, long epoch)
    {
        var head = _heads[item];
        if (head.Epoch != epoch)
            return null;
        var news = _ledger.Skip(head.FoldedThrough).Where(entry => entry.Item == item).ToArray();
        _heads[item] = head = head with { Sold = head.Sold + news.Sum(entry => entry.Sold), FoldedThrough = _ledger.Count };
        return new StockFold(
            new StockAccount(head.Epoch, head.Received, 0, head.Sold, 0),
            [.. news.Where(entry => entry.Kind is LedgerKind.Sold).Select(entry => (entry.Order, entry.Attempt))]);
    }

    /// <summary>A fold's answer is on its way.</summary>
    public void Folded(string item)
    {
        if (Bug is Bug.AFoldMissesWhatIsWrittenMeanwhile)
            _heads[item] = _heads[item] with { FoldedThrough = _ledger.Count };
    }

    public ImmutableArray<DueOrder> ClaimDue(DateTimeOffset now, TimeSpan lease)
    {
        var due = ImmutableArray.CreateBuilder<DueOrder>();
        foreach (var (key, row) in _orders.OrderBy(row => row.Key, StringComparer.Ordinal).ToArray())
        {
            if (!(row.DueAt <= now) || row.ClaimedUntil > now)
                continue;
            _orders[key] = Bug is Bug.AClaimIsForEver ? row with { DueAt = null } : row with { ClaimedUntil = now + lease };
            due.Add(new DueOrder(row.State.Tenant, row.State.OrderId, 0));
        }

        return due.ToImmutable();
    }

    /// <summary>Sold and not returned, by every row there is.</summary>
    public int Sold(string item) => _ledger.Where(entry => entry.Item == item).Sum(entry => entry.Sold);

    /// <summary>The same as the head has it, with the rows it has not counted.</summary>
    public int SoldByTheHead(string item) =>
        _heads[item].Sold + _ledger.Skip(_heads[item].FoldedThrough).Where(entry => entry.Item == item).Sum(entry => entry.Sold);

    public int SoldTo(string order, string item) => _ledger.Where(entry => entry.Order == order && entry.Item == item).Sum(entry => entry.Sold);

    public int Received(string item) => _heads[item].Received;


}
