using Cafeteria.Stock;

namespace Cafeteria.Tests.Stock;

public sealed class ItemBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 17, 30, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddSeconds(30);
    private static readonly HoldId First = new("order-1", "attempt-1");

    [Fact]
    public void A_hold_takes_from_what_is_on_hand_and_names_the_epoch()
    {
        var (book, result) = Book(10).Hold(Wish(First, 4), Later);

        Assert.Equal(7, Assert.IsType<HoldResult.Held>(result).Epoch);
        Assert.Equal((6, 4, 0), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void The_last_portion_is_held_and_the_one_after_it_is_not()
    {
        var (book, _) = Book(1).Hold(Wish(First, 1), Later);
        var (after, result) = book.Hold(Wish(new HoldId("order-2", "attempt-2"), 1), Later);

        Assert.Equal(0, Assert.IsType<HoldResult.Insufficient>(result).Available);
        Assert.Same(book, after);
    }

    [Fact]
    public void An_order_tries_again_with_the_last_portion_that_its_first_attempt_holds()
    {
        var (book, _) = Book(2).Hold(Wish(First, 2), Later);
        (book, var result) = book.Hold(Wish(new HoldId("order-1", "attempt-2"), 2), Later);

        Assert.IsType<HoldResult.Held>(result);
        Assert.Equal((0, 2), (book.OnHand, book.Held));
        (book, result) = book.Hold(Wish(new HoldId("order-1", "attempt-3"), 3), Later);
        Assert.Equal(2, Assert.IsType<HoldResult.Insufficient>(result).Available);
        book = book.Release(First, Later);
        Assert.Equal((0, 2), (book.OnHand, book.Held));
        book = book.Keep(new HoldId("order-1", "attempt-2"));
        Assert.Equal((0, 0, 2), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void What_one_attempt_sold_no_other_of_the_order_holds()
    {
        var (book, _) = Held(First, 4).Hold(Wish(new HoldId("order-1", "attempt-2"), 6), Later);
        Assert.Equal((4, 6), (book.OnHand, book.Held));

        book = book.Keep(First).Keep(new HoldId("order-1", "attempt-2"));

        Assert.Equal((6, 0, 4), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void A_second_hold_with_the_same_attempt_holds_nothing_more()
    {
        var (once, _) = Book(10).Hold(Wish(First, 4), Later);
        var (twice, result) = once.Hold(Wish(First, 4), Later);

        Assert.IsType<HoldResult.Held>(result);
        Assert.Same(once, twice);
    }

    [Fact]
    public void A_hold_that_arrives_after_its_release_is_refused()
    {
        var released = Book(10).Release(First, Later);
        var (book, result) = released.Hold(Wish(First, 4), Later);

        Assert.IsType<HoldResult.Insufficient>(result);
        Assert.Equal(10, book.OnHand);
    }

    [Fact]
    public void A_release_is_remembered_for_its_time_and_no_longer()
    {
        var released = Book(10).Release(First, Later);

        Assert.Same(released.Tombstones, released.ForgetTombstones(Later.AddTicks(-1)).Tombstones);
        Assert.Empty(released.ForgetTombstones(Later).Tombstones);
    }

    [Fact]
    public void What_is_kept_is_sold_once_however_often_it_is_said()
    {
        var book = Held(First, 4).Keep(First).Keep(First);

        Assert.Equal((6, 0, 4), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void What_is_released_comes_back_once_however_often_it_is_said()
    {
        var book = Held(First, 4).Release(First, Later).Release(First, Later);

        Assert.Equal((10, 0, 0), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void A_release_after_the_sale_gives_nothing_back()
    {
        var book = Held(First, 4).Keep(First).Release(First, Later);

        Assert.Equal((6, 0, 4), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void A_sale_that_was_never_held_here_counts_nothing()
    {
        var book = Book(10).Keep(First);

        Assert.Equal((10, 0, 0), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void A_lease_that_ran_out_is_a_question_and_gives_nothing_back()
    {
        var book = Held(First, 4);

        Assert.Empty(book.OrdersWithExpiredHolds(Later.AddTicks(-1)));
        Assert.Equal(["order-1"], book.OrdersWithExpiredHolds(Later));
        Assert.Equal(6, book.OnHand);
    }

    [Fact]
    public void An_extended_lease_is_not_asked_about()
    {
        var book = Held(First, 4).Extend(First, Later.AddSeconds(30));

        Assert.Empty(book.OrdersWithExpiredHolds(Later));
    }

    [Fact]
    public void An_order_with_two_expired_holds_is_asked_once()
    {
        var (book, _) = Held(First, 4).Hold(Wish(new HoldId("order-1", "attempt-2"), 1), Later);

        Assert.Equal(["order-1"], book.OrdersWithExpiredHolds(Later));
    }

    [Fact]
    public void Settling_sells_the_attempt_that_was_accepted_and_lets_every_other_of_the_order_go()
    {
        var (book, _) = Held(First, 4).Hold(Wish(new HoldId("order-1", "attempt-2"), 3), Later);
        (book, _) = book.Hold(Wish(new HoldId("order-2", "attempt-3"), 2), Later);

        book = book.Settle("order-1", "attempt-2", Now);

        Assert.Equal((5, 2, 3), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void Settling_an_order_that_sold_nothing_lets_go_what_outlived_its_lease_and_nothing_else()
    {
        var (book, _) = Held(First, 4).Hold(Wish(new HoldId("order-1", "attempt-2"), 3), Later.AddSeconds(1));

        book = book.Settle("order-1", null, Later);

        Assert.Equal((7, 3, 0), (book.OnHand, book.Held, book.Sold));
        Assert.Equal(10, book.Settle("order-1", null, Later.AddSeconds(1)).OnHand);
    }

    [Fact]
    public void A_fold_counts_a_hold_whose_row_it_found_as_sold_and_leaves_the_others_held()
    {
        var (book, _) = Held(First, 4).Hold(Wish(new HoldId("order-2", "attempt-2"), 1), Later);

        book = book.Fold(new StockFold(new StockAccount(7, 10, 0, 4, 0), [(First.OrderId, First.Attempt)]));

        Assert.Equal((5, 1, 4), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void A_sale_told_after_the_fold_that_counted_it_is_not_counted_again()
    {
        var book = Held(First, 4)
            .Fold(new StockFold(new StockAccount(7, 10, 0, 4, 0), [(First.OrderId, First.Attempt)]))
            .Keep(First);

        Assert.Equal((6, 0, 4), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void A_sale_and_its_return_found_by_one_fold_cancel_out()
    {
        var book = Held(First, 4).Fold(new StockFold(new StockAccount(7, 10, 0, 0, 0), [(First.OrderId, First.Attempt)]));

        Assert.Equal((10, 0, 0), (book.OnHand, book.Held, book.Sold));
    }

    [Fact]
    public void What_is_received_or_written_off_changes_neither_holds_nor_sales()
    {
        var book = Held(First, 4).Change(new StockAccount(7, 30, 5, 99, 3));

        Assert.Equal((21, 4, 0, 30, 5, 3), (book.OnHand, book.Held, book.Sold, book.Received, book.WrittenOff, book.ReorderLevel));
    }

    [Fact]
    public void Of_a_rush_nothing_is_kept_but_sums()
    {
        var book = Book(10_000);
        for (var n = 0; n < 10_000; n++)
        {
            var id = new HoldId($"order-{n}", $"attempt-{n}");
            book = book.Hold(Wish(id, 1), Later).Book;
            book = n % 5 == 0 ? book.Release(id, Later) : book.Keep(id);
        }

        Assert.Equal((2_000, 0, 8_000), (book.OnHand, book.Held, book.Sold));
        Assert.Empty(book.Holds);
        Assert.Empty(book.Tombstones);
    }

    [Theory]
    [InlineData(0, 5, "SoldOut")]
    [InlineData(-2, 5, "SoldOut")]
    [InlineData(1, 5, "Low")]
    [InlineData(5, 5, "Low")]
    [InlineData(6, 5, "Plenty")]
    public void The_menu_calls_a_level_by_its_name(int onHand, int reorderLevel, string name) =>
        Assert.Equal(name, StockLevels.Name(onHand, reorderLevel).ToString());

    private static ItemBook Book(int received) => ItemBook.From(new StockAccount(7, received, 0, 0, 0));

    private static ItemBook Held(HoldId id, int quantity) => Book(10).Hold(Wish(id, quantity), Later).Book;

    private static HoldStock Wish(HoldId id, int quantity) => new(id.OrderId, id.Attempt, quantity, null);
}
