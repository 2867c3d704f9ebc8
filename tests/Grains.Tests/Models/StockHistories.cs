using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using FsCheck;
using FsCheck.Fluent;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Tests.Models;

/// <summary>
/// A stock item under any traffic of orders, deliveries and write-offs, taken over by others and by itself, on writes that
/// fail or are not told of. The test is the orders: what it commits goes through the real statement, under the real epoch.
/// </summary>
public sealed class StockHistories(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int Delivered = 12;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(31);

    private enum Kind
    {
        Hold,
        HoldAfterRefusal,
        Commit,
        Keep,
        Release,
        Extend,
        Settle,
        Return,
        Receive,
        WriteOff,
        TakeOver,
        BeginAnew,
    }

    private sealed record Command(Kind Kind, int Order, int Attempt, int Quantity, Trouble Trouble)
    {
        public StockModel.HoldId Id => new($"o{Order}", $"a{Attempt}");
    }

    private static readonly Gen<Kind> Kinds = Gen.Frequency(
        (4, Gen.Constant(Kind.Hold)), (4, Gen.Constant(Kind.Commit)), (6, Gen.Elements(Enum.GetValues<Kind>())));

    private static Gen<Command> Commands(Gen<Kind> kinds, Gen<Trouble> troubles) =>
        from kind in kinds
        from order in Gen.Choose(1, 4)
        from attempt in Gen.Choose(1, 2)
        from quantity in Gen.Choose(1, 5)
        from trouble in troubles
        select new Command(kind, order, attempt, quantity, trouble);

    [Fact]
    public void Whatever_happens_the_item_answers_as_its_model_and_ends_in_the_books_of_its_rows() =>
        Histories.Hold(50, Commands(Kinds, Histories.SomeTrouble), history => RunAsync(history, new StockModel()));

    [Fact]
    public void A_model_that_holds_what_was_released_before_is_found_out() => IsFoundOut(
        StockModel.Bug.HoldsWhatWasReleasedBefore, Gen.Constant(Trouble.None), Kind.Hold, Kind.Release);

    [Fact]
    public void A_model_that_sells_under_an_old_epoch_is_found_out() => IsFoundOut(
        StockModel.Bug.CommitsUnderAnOldEpoch, Gen.Constant(Trouble.None), Kind.Hold, Kind.Commit, Kind.TakeOver);

    [Fact]
    public void A_model_that_takes_a_lost_answer_for_no_write_is_found_out() => IsFoundOut(
        StockModel.Bug.TakesALostAnswerForNoWrite, Histories.Often(Trouble.NotTold), Kind.Receive, Kind.WriteOff);

    private void IsFoundOut(StockModel.Bug bug, Gen<Trouble> troubles, params Kind[] kinds) =>
        Histories.AreBrokenBy(500, Commands(Gen.Elements(kinds), troubles), history => RunAsync(history, new StockModel(bug), settle: false), shortest: 5);

    private async Task RunAsync(Command[] history, StockModel model, bool settle = true)
    {
        var cafe = new Cafe(fixture.Silo, Histories.NextTenant());
        var soup = cafe.Item("soup");
        model.Begin();
        model.Change(false, Delivered, "first", Trouble.None);
        Assert.IsType<StockChangeResult.Changed>(await soup.Receive(Cafe.Delivery(Delivered, "first")));

        var orders = new Orders(cafe);
        for (var i = 0; i < history.Length; i++)
        {
            await StepAsync(cafe, soup, orders, model, history[i], fresh: $"change {i}");
            AssertSame(model.Level, await soup.Get());
        }

        var rows = await cafe.RowsAsync("soup");
        Assert.Equal((model.OnHand, model.Sold), (rows.OnHand, rows.Sold));
        Assert.True(rows.OnHand >= 0, $"Sold below zero: {rows}");
        if (!settle)
            return;

        if (model.IsTakenOver)
            await cafe.DeactivateAsync(soup);
        await soup.LedgerChanged(); // as every order that settles says
        cafe.Silo.Clock.Advance(Lease);
        await cafe.BooksAreAsync("soup", model.Sold);
    }

    private static async Task StepAsync(Cafe cafe, IStockItemGrain soup, Orders orders, StockModel model, Command command, string fresh)
    {
        var id = command.Id;
        switch (command.Kind)
        {
            case Kind.Hold:
            case Kind.HoldAfterRefusal:
                long? refused = command.Kind is Kind.HoldAfterRefusal ? model.EpochHere : null;
                if (refused is not null)
                    model.Begin();
                var expected = model.Hold(id, command.Quantity);
                Assert.Equal(expected, await soup.Hold(new HoldStock(id.Order, id.Attempt, command.Quantity, refused)));
                if (expected is HoldResult.Held held)
                    orders.Held(id, command.Quantity, held.Epoch);
                break;
            case Kind.Commit when orders.Holds(id, out var quantity, out var epoch) && !model.HasSale(id.Order):
                Assert.Equal(model.Commit(id, quantity, epoch), await orders.TryCommitAsync(id, quantity, epoch));
                break;
            case Kind.Keep when model.Attempt(id.Order) == id.Attempt:
                model.Keep(id);
                await soup.Keep(id.Order, id.Attempt);
                break;
            case Kind.Release when model.Attempt(id.Order) != id.Attempt:
                orders.LetGo(id);
                model.Release(id);
                await soup.Release(id.Order, id.Attempt);
                break;
            case Kind.Extend:
                await soup.Extend(id.Order, id.Attempt);
                break;
            case Kind.Settle:
                orders.LetGoAllOf(id.Order);
                model.Settle(id.Order);
                await soup.Settle(id.Order, model.Attempt(id.Order));
                break;
            case Kind.Return when model.CanReturn(id.Order):
                model.Return(id.Order);
                await orders.ReturnAsync(id.Order);
                break;
            case Kind.Receive:
            case Kind.WriteOff:
                await ChangeAsync(cafe, soup, model, command, fresh);
                break;
            case Kind.TakeOver:
                model.TakenOverByAnother();
                await cafe.Silo.Books.TakeOverAsync(cafe.Tenant, "soup", CancellationToken.None);
                break;
            case Kind.BeginAnew:
                await cafe.DeactivateAsync(soup);
                if (command.Trouble is Trouble.NotWritten)
                {
                    cafe.Faults.Once("take-over", cafe.Key("soup"), Faults.Unavailable);
                    await Assert.ThrowsAnyAsync<Exception>(soup.Get);
                }

                model.Begin();
                break;
        }
    }

    private static async Task ChangeAsync(Cafe cafe, IStockItemGrain soup, StockModel model, Command command, string fresh)
    {
        var writeOff = command.Kind is Kind.WriteOff;
        var key = command.Attempt == 1 || model.IsTakenOver ? fresh : $"{command.Kind} {command.Order}";
        var change = Cafe.Delivery(command.Quantity, key);
        StockChangeResult? actual = null;
        try
        {
            await cafe.Faults.AnsweredAsync(
                command.Trouble, cafe.Key("soup"), async () => actual = await (writeOff ? soup.WriteOff(change) : soup.Receive(change)), "change", "changed");
        }
        catch (StaleEpochException) when (model.IsTakenOver)
        {
            // Nothing was changed.
        }

        var expected = model.Change(writeOff, command.Quantity, key, command.Trouble);
        Assert.Equal(expected?.GetType(), actual?.GetType());
        if (expected is StockChangeResult.BelowZero)
            Assert.Equal(expected, actual);
        if (expected is StockChangeResult.Changed changed)
            AssertSame(changed.Level, ((StockChangeResult.Changed)actual!).Level);
        if (expected is StockChangeResult.Replayed replayed)
            AssertSame(replayed.Level, ((StockChangeResult.Replayed)actual!).Level);
    }

    private static void AssertSame(StockLevel expected, StockLevel actual) =>
        Assert.Equal(expected, actual with { ItemId = "", ReorderLevel = 0 });

    /// <summary>The orders' rows, written as their grain writes them.</summary>
    private sealed class Orders(Cafe cafe)
    {
        private readonly Dictionary<StockModel.HoldId, (int Quantity, long Epoch)> _held = [];
        private readonly Dictionary<string, GrainState<OrderState>> _rows = [];

        public void Held(StockModel.HoldId id, int quantity, long epoch) => _held.TryAdd(id, (quantity, epoch));

        public bool Holds(StockModel.HoldId id, out int quantity, out long epoch)
        {
            var found = _held.TryGetValue(id, out var held);
            (quantity, epoch) = held;
            return found;
        }

        public void LetGo(StockModel.HoldId id) => _held.Remove(id);

        public void LetGoAllOf(string order)
        {
            foreach (var id in _held.Keys.Where(id => id.Order == order).ToArray())
                _held.Remove(id);
        }

        public async Task<bool> TryCommitAsync(StockModel.HoldId id, int quantity, long epoch)
        {
            ImmutableArray<LedgerEntry> sold = [new LedgerEntry(id.Attempt, "soup", LedgerKind.Sold, quantity, epoch)];
            var row = new GrainState<OrderState>(new OrderState
            {
                Tenant = cafe.Tenant,
                OrderId = id.Order,
                Student = "student1",
                Status = OrderStatus.InKitchen,
                PlacedAt = cafe.Silo.Clock.GetUtcNow(),
                Total = new Money(1, "BDT"),
                Attempt = id.Attempt,
                Sold = sold,
                Appending = sold,
            });
            try
            {
                await WriteAsync(id.Order, row);
            }
            catch (StaleEpochException)
            {
                _held.Remove(id); // it lets go, and would hold again
                return false;
            }

            _rows[id.Order] = row;
            return true;
        }

        public async Task ReturnAsync(string order)
        {
            var row = _rows[order];
            row.State = row.State! with
            {
                Status = OrderStatus.Cancelled,
                Sold = [],
                Appending = [row.State.Sold[0] with { Kind = LedgerKind.Returned }],
            };
            await WriteAsync(order, row);
        }

        private Task WriteAsync(string order, GrainState<OrderState> row) =>
            cafe.Silo.OrderStorage.WriteStateAsync("order", cafe.Order(order).GetGrainId(), row);
    }
}
