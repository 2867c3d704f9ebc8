namespace Cafeteria.Stock;

internal readonly record struct HoldId(string OrderId, string Attempt);

internal sealed record Hold(string Attempt, int Quantity, DateTimeOffset ExpiresAt);

/// <summary>
/// The account of one item as its activation keeps it; every rule of stock is a pure function of it.
/// Always <c>Received = OnHand + Held + Sold + WrittenOff</c>, because on hand is what is left of the rest.
/// </summary>
internal sealed record ItemBook(long Epoch, int Received, int WrittenOff, int Sold, int ReorderLevel)
{
    /// <summary>
    /// By order, its attempts. One of them can be accepted at most, for an order is one row: so they hold the same portions, as
    /// many as the greatest asks for. Summed up, an order whose first attempt was left hanging was refused for want of the
    /// portions that it held itself.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<Hold>> Holds { get; init; } = ImmutableDictionary<string, ImmutableArray<Hold>>.Empty;

    /// <summary>Attempts released before their hold arrived (it timed out, and overtook it), until when they are remembered.</summary>
    public ImmutableDictionary<HoldId, DateTimeOffset> Tombstones { get; init; } = ImmutableDictionary<HoldId, DateTimeOffset>.Empty;

    public int Held { get; private init; }

    public int OnHand => Received - WrittenOff - Sold - Held;

    public static ItemBook From(StockAccount account) =>
        new(account.Epoch, account.Received, account.WrittenOff, account.Sold, account.ReorderLevel);

    public (ItemBook Book, HoldResult Result) Hold(HoldStock command, DateTimeOffset expiresAt)
    {
        var attempts = AttemptsOf(command.OrderId);
        if (Find(attempts, command.Attempt) is not null)
            return (this, new HoldResult.Held(Epoch));
        if (!Tombstones.IsEmpty && Tombstones.ContainsKey(new HoldId(command.OrderId, command.Attempt)))
            return (this, new HoldResult.Insufficient(0));
        var available = OnHand + Share(attempts);
        if (command.Quantity > available)
            return (this, new HoldResult.Insufficient(Math.Max(available, 0)));
        return (With(command.OrderId, attempts.Add(new Hold(command.Attempt, command.Quantity, expiresAt))), new HoldResult.Held(Epoch));
    }

    /// <summary>Its order is accepted, and no other attempt of it can be. Unknown here: it was counted before (by a fold, or by being told twice).</summary>
    public ItemBook Keep(HoldId id) => Find(AttemptsOf(id.OrderId), id.Attempt) is { } hold
        ? With(id.OrderId, []) with { Sold = Sold + hold.Quantity }
        : this;

    public ItemBook Extend(HoldId id, DateTimeOffset expiresAt) => AttemptsOf(id.OrderId) is var attempts && Find(attempts, id.Attempt) is { } hold
        ? With(id.OrderId, attempts.Replace(hold, hold with { ExpiresAt = expiresAt }))
        : this;

    public ItemBook Release(HoldId id, DateTimeOffset rememberUntil) => AttemptsOf(id.OrderId) is var attempts && Find(attempts, id.Attempt) is { } hold
        ? With(id.OrderId, attempts.Remove(hold))
        : this with { Tombstones = Tombstones.SetItem(id, rememberUntil) };

    /// <summary>
    /// The order's word on everything it has here. One attempt is sold and no other can be; or none is, and what outlived its
    /// lease comes back. Only that: when the word was slow, another activation of the order may have held anew since, and was
    /// accepted on a hold that was gone: its portions were sold twice.
    /// </summary>
    public ItemBook Settle(string orderId, string? soldAttempt, DateTimeOffset now)
    {
        var attempts = AttemptsOf(orderId);
        if (soldAttempt is null)
            return With(orderId, attempts.RemoveAll(hold => hold.ExpiresAt <= now));
        return With(orderId, []) with { Sold = Sold + (Find(attempts, soldAttempt)?.Quantity ?? 0) };
    }

    /// <summary>
    /// The rows' own count replaces ours. An order whose row was counted holds nothing, told or not; the others are still open.
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
        foreach (var (orderId, _) in fold.Counted)
            book = book.With(orderId, []);
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
        Holds.Where(order => order.Value.Any(hold => hold.ExpiresAt <= now)).Select(order => order.Key).Order(StringComparer.Ordinal);

    public StockLevel ToLevel(string itemId) => new(itemId, OnHand, Held, Sold, Received, WrittenOff, ReorderLevel);

    private ItemBook With(string orderId, ImmutableArray<Hold> attempts)
    {
        var before = AttemptsOf(orderId);
        if (before.IsEmpty && attempts.IsEmpty)
            return this;
        return this with
        {
            Holds = attempts.IsEmpty ? Holds.Remove(orderId) : Holds.SetItem(orderId, attempts),
            Held = Held - Share(before) + Share(attempts),
        };
    }

    private ImmutableArray<Hold> AttemptsOf(string orderId) => Holds.GetValueOrDefault(orderId, []);

    private static Hold? Find(ImmutableArray<Hold> attempts, string attempt)
    {
        foreach (var hold in attempts)
            if (hold.Attempt == attempt)
                return hold;
        return null;
    }

    private static int Share(ImmutableArray<Hold> attempts)
    {
        var most = 0;
        foreach (var hold in attempts)
            most = Math.Max(most, hold.Quantity);
        return most;
    }
}
