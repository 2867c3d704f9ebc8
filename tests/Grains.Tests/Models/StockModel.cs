using Cafeteria.Stock;

namespace Cafeteria.Tests.Models;

/// <summary>What an item is: its rows, and what its activation remembers beside them.</summary>
internal sealed class StockModel(StockModel.Bug bug = StockModel.Bug.None)
{
    private readonly Dictionary<string, (HoldId Id, int Quantity, bool Returned)> _sales = [];
    private readonly Dictionary<HoldId, int> _holds = [];
    private readonly HashSet<HoldId> _released = [];
    private readonly HashSet<string> _changes = [];
    private int _received;
    private int _writtenOff;
    private int _soldHere;
    private int _receivedHere;
    private int _writtenOffHere;

    /// <summary>Put into the model on purpose.</summary>
    public enum Bug
    {
        None,
        HoldsWhatWasReleasedBefore,
        CommitsUnderAnOldEpoch,
        TakesALostAnswerForNoWrite,
    }

    public readonly record struct HoldId(string Order, string Attempt);

    /// <summary>The rows' epoch: who may sell.</summary>
    public long Epoch { get; private set; }

    public long EpochHere { get; private set; }

    public bool IsTakenOver => Epoch != EpochHere;

    public int Sold => _sales.Values.Where(sale => !sale.Returned).Sum(sale => sale.Quantity);

    public int OnHand => _received - _writtenOff - Sold;

    public int OnHandHere => _receivedHere - _writtenOffHere - _soldHere - Held;

    /// <summary>An order's attempts hold the same portions: one of them can be accepted.</summary>
    public int Held => _holds.GroupBy(hold => hold.Key.Order).Sum(attempts => attempts.Max(hold => hold.Value));

    public StockLevel Level => new("", OnHandHere, Held, _soldHere, _receivedHere, _writtenOffHere, 0);

    public void TakenOverByAnother() => Epoch++;

    /// <summary>The activation begins anew: it knows the rows, and no promise.</summary>
    public void Begin()
    {
        EpochHere = ++Epoch;
        (_soldHere, _receivedHere, _writtenOffHere) = (Sold, _received, _writtenOff);
        _holds.Clear();
        _released.Clear();
    }

    public HoldResult Hold(HoldId id, int quantity)
    {
        if (_holds.ContainsKey(id))
            return new HoldResult.Held(EpochHere);
        if (_released.Contains(id) && bug is not Bug.HoldsWhatWasReleasedBefore)
            return new HoldResult.Insufficient(0);
        var available = OnHandHere + _holds.Where(hold => hold.Key.Order == id.Order).Select(hold => hold.Value).DefaultIfEmpty().Max();
        if (quantity > available)
            return new HoldResult.Insufficient(Math.Max(0, available));
        _holds.Add(id, quantity);
        return new HoldResult.Held(EpochHere);
    }

    public bool HasSale(string order) => _sales.ContainsKey(order);

    /// <summary>Whether the rows take the sale.</summary>
    public bool Commit(HoldId id, int quantity, long epoch)
    {
        if (epoch != Epoch && bug is not Bug.CommitsUnderAnOldEpoch)
            return false;
        _sales.Add(id.Order, (id, quantity, false));
        return true;
    }

    /// <summary>What an accepted order says of its sale; of any other it says nothing.</summary>
    public string? Attempt(string order) => _sales.TryGetValue(order, out var sale) ? sale.Id.Attempt : null;

    public bool CanReturn(string order) => _sales.TryGetValue(order, out var sale) && !sale.Returned;

    public void Return(string order) => _sales[order] = _sales[order] with { Returned = true };

    public void Keep(HoldId id)
    {
        if (!_holds.TryGetValue(id, out var quantity))
            return;
        _soldHere += quantity;
        foreach (var attempt in _holds.Keys.Where(hold => hold.Order == id.Order).ToArray())
            _holds.Remove(attempt);
    }

    public void Release(HoldId id)
    {
        if (!_holds.Remove(id))
            _released.Add(id);
    }

    public void Settle(string order)
    {
        if (Attempt(order) is not { } sold)
            return; // what has its lease yet may be another activation's
        Keep(new HoldId(order, sold));
        foreach (var id in _holds.Keys.Where(id => id.Order == order).ToArray())
            _holds.Remove(id);
    }

    /// <summary>The answer there must be; null: the item was taken over, nothing changes, and it begins anew.</summary>
    public StockChangeResult? Change(bool writeOff, int quantity, string key, Trouble trouble)
    {
        var (known, onHand) = (_changes.Contains(key), OnHandHere);
        if (known)
            return new StockChangeResult.Replayed(Level);
        if (writeOff && quantity > onHand)
            return new StockChangeResult.BelowZero(Math.Max(0, onHand));
        var written = !IsTakenOver && !(trouble is Trouble.NotWritten || (trouble is Trouble.NotTold && bug is Bug.TakesALostAnswerForNoWrite));
        if (written && _changes.Add(key))
        {
            _received += writeOff ? 0 : quantity;
            _writtenOff += writeOff ? quantity : 0;
        }

        if (IsTakenOver || trouble is not Trouble.None)
        {
            Begin();
            return null;
        }

        (_receivedHere, _writtenOffHere) = (_received, _writtenOff);
        return new StockChangeResult.Changed(Level);
    }
}
