using Cafeteria.Stock;
using FsCheck;
using FsCheck.Fluent;

namespace Cafeteria.Tests.Stock;

/// <summary>Any sequence of messages, in any order, twice or not at all, against a model of the rows.</summary>
public sealed class ItemBookProperties
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 17, 30, 0, TimeSpan.Zero);

    private enum Kind
    {
        Hold,
        Commit,
        Keep,
        Release,
        Extend,
        Settle,
        Return,
        Fold,
        Receive,
        WriteOff,
        Ask,
    }

    private sealed record Message(Kind Kind, int Order, int Attempt, int Quantity)
    {
        public HoldId Id => new($"o{Order}", $"a{Order}-{Attempt}");
    }

    [Fact]
    public void Whatever_arrives_in_whatever_order_nothing_is_sold_that_was_not_there_and_the_books_balance() =>
        Check(Messages(), messages =>
        {
            var rows = new Rows(20);
            var book = ItemBook.From(rows.Account);
            foreach (var message in messages)
            {
                book = Apply(book, rows, message);
                if (book.OnHand < 0 || book.Held != book.Holds.Values.Sum(attempts => attempts.Max(hold => hold.Quantity)) || rows.OnHand < 0)
                    return false;
                if (book.Received != book.OnHand + book.Held + book.Sold + book.WrittenOff)
                    return false;
            }

            return true;
        });

    [Fact]
    public void However_much_was_lost_on_the_way_asking_every_order_and_folding_ends_in_the_books_of_the_rows() =>
        Check(Messages(), messages =>
        {
            var rows = new Rows(20);
            var book = ItemBook.From(rows.Account);
            foreach (var message in messages)
                book = Apply(book, rows, message);

            foreach (var order in book.OrdersWithExpiredHolds(DateTimeOffset.MaxValue).ToArray())
                book = book.Settle(order, rows.AttemptOf(order), DateTimeOffset.MaxValue);
            book = book.Fold(rows.Fold());

            return book.Held == 0 && book.Sold == rows.Account.Sold && book.OnHand == rows.OnHand;
        });

    /// <summary>
    /// Orders hold, commit and cancel as the order grain does: they commit what is held, once, and never what they let go.
    /// What they tell the item afterwards may come late, twice, or never.
    /// </summary>
    private static ItemBook Apply(ItemBook book, Rows rows, Message message)
    {
        switch (message.Kind)
        {
            case Kind.Hold:
                return book.Hold(new HoldStock(message.Id.OrderId, message.Id.Attempt, message.Quantity, null), Now).Book;
            case Kind.Commit:
                if (book.Holds.GetValueOrDefault(message.Id.OrderId, []).FirstOrDefault(hold => hold.Attempt == message.Id.Attempt) is { } hold)
                    rows.Sell(message.Id, hold.Quantity);
                return book;
            case Kind.Keep:
                return rows.AttemptOf(message.Id.OrderId) == message.Id.Attempt ? book.Keep(message.Id) : book;
            case Kind.Release:
                return rows.AttemptOf(message.Id.OrderId) == message.Id.Attempt ? book : book.Release(message.Id, Now);
            case Kind.Extend:
                return book.Extend(message.Id, Now);
            case Kind.Settle:
                return book.Settle(message.Id.OrderId, rows.AttemptOf(message.Id.OrderId), Now);
            case Kind.Return:
                rows.Return(message.Id.OrderId);
                return book;
            case Kind.Fold:
                return book.Fold(rows.Fold());
            case Kind.Receive:
                rows.Receive(message.Quantity);
                return book.Change(rows.Account);
            case Kind.WriteOff when message.Quantity <= book.OnHand:
                rows.WriteOff(message.Quantity);
                return book.Change(rows.Account);
            default:
                return book.ForgetTombstones(Now);
        }
    }

    private static Arbitrary<Message[]> Messages() => Gen.ArrayOf(
        from kind in Gen.Elements(Enum.GetValues<Kind>())
        from order in Gen.Choose(1, 6)
        from attempt in Gen.Choose(1, 2)
        from quantity in Gen.Choose(1, 7)
        select new Message(kind, order, attempt, quantity)).ToArbitrary();

    private static void Check(Arbitrary<Message[]> messages, Func<Message[], bool> holds) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(80), Prop.ForAll(messages, holds));

    /// <summary>What stock_head and stock_ledger would hold.</summary>
    private sealed class Rows(int received)
    {
        private readonly Dictionary<string, (string Attempt, int Quantity, bool Returned)> _sold = [];
        private readonly List<(string OrderId, string Attempt)> _unfolded = [];
        private int _received = received;
        private int _writtenOff;

        public int Sold => _sold.Values.Where(sale => !sale.Returned).Sum(sale => sale.Quantity);

        public int OnHand => _received - _writtenOff - Sold;

        public StockAccount Account => new(1, _received, _writtenOff, Sold, 0);

        public string? AttemptOf(string order) => _sold.TryGetValue(order, out var sale) ? sale.Attempt : null;

        public void Sell(HoldId id, int quantity)
        {
            if (_sold.TryAdd(id.OrderId, (id.Attempt, quantity, false)))
                _unfolded.Add((id.OrderId, id.Attempt));
        }

        public void Return(string order)
        {
            if (_sold.TryGetValue(order, out var sale))
                _sold[order] = sale with { Returned = true };
        }

        public void Receive(int quantity) => _received += quantity;

        public void WriteOff(int quantity) => _writtenOff += quantity;

        public StockFold Fold()
        {
            var fold = new StockFold(Account, [.. _unfolded]);
            _unfolded.Clear();
            return fold;
        }
    }
}
