namespace Cafeteria.Stock;

internal readonly record struct HoldId(string OrderId, string Attempt);

internal sealed record Hold(int Quantity, DateTimeOffset ExpiresAt);

/// <summary>
/// The account of one item as its activation keeps it; every rule of stock is a pure function of it.
/// Always <c>Received = OnHand + Held + Sold + WrittenOff</c>, because on hand is what is left of the rest.
/// </summary>
internal sealed record ItemBook(long Epoch, int Received, int WrittenOff, int Sold, int ReorderLevel)
{
    public ImmutableDictionary<HoldId, Hold> Holds { get; init; } = ImmutableDictionary<HoldId, Hold>.Empty;

    /// <summary>Attempts released before their hold arrived (it timed out, and overtook it), until when they are remembered.</summary>
    public ImmutableDictionary<HoldId, DateTimeOffset> Tombstones { get; init; } = ImmutableDictionary<HoldId, DateTimeOffset>.Empty;

    public int Held { get; private init; }

    public int OnHand => Received - WrittenOff - Sold - Held;

    public static ItemBook From(StockAccount account) =>
        new(account.Epoch, account.Received, account.WrittenOff, account.Sold, account.ReorderLevel);

    public (ItemBook Book, HoldResult Result) Hold(HoldStock command, DateTimeOffset expiresAt)
    {
        var id = new HoldId(command.OrderId, command.Attempt);
        if (Holds.ContainsKey(id))
            return (this, new HoldResult.Held(Epoch));
        if (Tombstones.ContainsKey(id))
            return (this, new HoldResult.Insufficient(0));
        if (command.Quantity > OnHand)
            return (this, new HoldResult.Insufficient(Math.Max(OnHand, 0)));
        var holds = Holds.Add(id, new Hold(command.Quantity, expiresAt));
        return (this with { Holds = holds, Held = Held + command.Quantity }, new HoldResult.Held(Epoch));
    }

    /// <summary>Its order is accepted. Unknown here: it was counted before (by a fold, or by being told twice).</summary>
    public ItemBook Keep(HoldId id) => Holds.TryGetValue(id, out var hold)
        ? this with { Holds = Holds.Remove(id), Held = Held - hold.Quantity, Sold = Sold + hold.Quantity }
        : this;

    public ItemBook Extend(HoldId id, DateTimeOffset expiresAt) => Holds.TryGetValue(id, out var hold)
        ? this with { Holds = Holds.SetItem(id, hold with { ExpiresAt = expiresAt }) }
        : this;

    public ItemBook Release(HoldId id, DateTimeOffset rememberUntil) => Holds.TryGetValue(id, out var hold)
        ? this with { Holds = Holds.Remove(id), Held = Held - hold.Quantity }
        : this with { Tombstones = Tombstones.SetItem(id, rememberUntil) };

    /// <summary>The order's word on everything it has here: one attempt is sold (or none), every other comes back.</summary>
    public ItemBook Settle(string orderId, string? soldAttempt)
    {
        var book = this;
        foreach (var (id, hold) in Holds)
        {
            if (id.OrderId != orderId)
                continue;
            book = id.Attempt == soldAttempt
                ? book.Keep(id)
                : book with { Holds = book.Holds.Remove(id), Held = book.Held - hold.Quantity };
        }

        return book;
    }

    /// <summary>
    /// The rows' own count replaces ours. A hold whose row was counted is sold, told or not; the others are still open.
    /// </summary>
    public ItemBook Fold(StockFold fold)
    {
        var book = this with
        {
            Received = fold.Account.Received,
            WrittenOff = fold.Account.WrittenOff,
            Sold = fold.Account.Sold,
            ReorderLevel = fold.Account.ReorderLevel,
        };
        foreach (var (orderId, attempt) in fold.Counted)
        {
            var id = new HoldId(orderId, attempt);
            if (book.Holds.TryGetValue(id, out var hold))
                book = book with { Holds = book.Holds.Remove(id), Held = book.Held - hold.Quantity };
        }

        return book;
    }

    /// <summary>Received and written off as the head has them now; sold stays ours, rows not folded are in it already.</summary>
    public ItemBook Change(StockAccount account) => this with
    {
        Received = account.Received,
        WrittenOff = account.WrittenOff,
        ReorderLevel = account.ReorderLevel,
    };

    public ItemBook ForgetTombstones(DateTimeOffset now)
    {
        if (Tombstones.IsEmpty)
            return this;
        var old = Tombstones.Where(tombstone => tombstone.Value <= now).Select(tombstone => tombstone.Key);
        return this with { Tombstones = Tombstones.RemoveRange(old) };
    }

    /// <summary>The orders to be asked about: one question for each, however many holds it has.</summary>
    public IEnumerable<string> OrdersWithExpiredHolds(DateTimeOffset now) =>
        Holds.Where(hold => hold.Value.ExpiresAt <= now).Select(hold => hold.Key.OrderId).Distinct().Order(StringComparer.Ordinal);

    public StockLevel ToLevel(string itemId) => new(itemId, OnHand, Held, Sold, Received, WrittenOff, ReorderLevel);
}
