using System.Collections.Concurrent;
using System.Diagnostics;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Stock;

public sealed class StockItemTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Of_a_hundred_who_want_one_of_forty_at_once_exactly_forty_hold_it()
    {
        var cafe = await fixture.OpenAsync(("soup", 40));

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => HoldAsync(cafe, $"o{n}", 1)));

        Assert.Equal(40, results.Count(result => result is HoldResult.Held));
        Assert.All(results.OfType<HoldResult.Insufficient>(), refusal => Assert.Equal(0, refusal.Available));
        var level = await cafe.Item("soup").Get();
        Assert.Equal((0, 40, 0), (level.OnHand, level.Held, level.Sold));
    }

    [Fact]
    public async Task Who_asks_for_more_than_there_is_learns_how_much_there_is()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));

        Assert.Equal(3, Assert.IsType<HoldResult.Insufficient>(await HoldAsync(cafe, "o1", 4)).Available);
    }

    [Fact]
    public async Task Every_message_may_come_twice()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        var soup = cafe.Item("soup");

        await TwiceAsync(() => HoldAsync(cafe, "kept", 2));
        await TwiceAsync(() => soup.Extend("kept", "a"));
        await TwiceAsync(() => soup.Keep("kept", "a"));
        await TwiceAsync(() => HoldAsync(cafe, "released", 3));
        await TwiceAsync(() => soup.Release("released", "a"));
        await TwiceAsync(() => HoldAsync(cafe, "settled", 1));
        await TwiceAsync(() => soup.Settle("settled", "a"));
        await TwiceAsync(() => soup.Receive(Cafe.Delivery(5, "second delivery")));
        await TwiceAsync(() => soup.WriteOff(Cafe.Delivery(4, "fell down")));

        var level = await soup.Get();
        Assert.Equal((8, 0, 3, 15, 4), (level.OnHand, level.Held, level.Sold, level.Received, level.WrittenOff));
    }

    /// <summary>Holds wait while rows are counted; and what is not counted is counted by every scrape of the metrics.</summary>
    [Fact]
    public async Task What_sells_fast_is_added_up_and_at_most_once_a_second()
    {
        var cafe = await fixture.OpenAsync(("soup", 2_000));
        var folds = new ConcurrentQueue<long>();
        cafe.Faults.Always("fold", cafe.Key("soup"), () =>
        {
            folds.Enqueue(Stopwatch.GetTimestamp());
            return Task.CompletedTask;
        });

        for (var round = 1; round <= 2; round++)
        {
            for (var sold = 0; sold < 300; sold++)
            {
                await HoldAsync(cafe, $"o{round}-{sold}", 1);
                await cafe.Item("soup").Keep($"o{round}-{sold}", "a");
            }

            await Waiting.UntilAsync(() => Task.FromResult(folds.Count), count => count >= round, $"the {round}. time that what was sold is added up");
        }

        Assert.True(
            Stopwatch.GetElapsedTime(folds.First(), folds.ElementAt(1)) > TimeSpan.FromMilliseconds(900),
            "Holds waited twice within a second while rows were counted.");
        cafe.Faults.Clear("fold", cafe.Key("soup"));
    }

    /// <summary>Counted on the shelf as a surplus, and counted again when the return was added up: two portions that are nowhere.</summary>
    [Fact]
    public async Task A_stock_take_knows_what_a_cancellation_has_brought_back()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);
        cafe.Faults.Always("LedgerChanged", cafe.Key("soup"), Faults.Lost);
        Assert.IsType<StepResult.Done>(await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null)));

        var counted = Assert.IsType<StockCountResult.Counted>(await cafe.Item("soup").Count(new CountStock(3, "evening", "chef", null)));

        Assert.Equal((0, 3, 3), (counted.Difference, counted.Level.Received, counted.Level.OnHand));
        cafe.Faults.Clear("LedgerChanged", cafe.Key("soup"));
    }

    [Fact]
    public async Task A_stock_take_counts_what_is_being_ordered_and_leaves_it_to_the_orders()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        var soup = cafe.Item("soup");
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("sold", ("soup", 3));
        await cafe.BooksAreAsync("soup", sold: 3);
        await HoldAsync(cafe, "held", 4);

        Assert.Equal(4, Assert.IsType<StockCountResult.BeingOrdered>(await soup.Count(new CountStock(3, "too few", "chef", null))).Held);
        var counted = Assert.IsType<StockCountResult.Counted>(await soup.Count(new CountStock(5, "evening", "chef", null)));
        Assert.IsType<StockCountResult.Replayed>(await soup.Count(new CountStock(5, "evening", "chef", null)));

        Assert.Equal(-2, counted.Difference);
        var level = await soup.Get();
        Assert.Equal((1, 4, 3, 10, 2), (level.OnHand, level.Held, level.Sold, level.Received, level.WrittenOff));
        await soup.Release("held", "a");
        Assert.Equal(5, (await soup.Get()).OnHand);
    }

    [Fact]
    public async Task A_write_off_of_the_last_portion_said_twice_is_answered_twice_the_same()
    {
        var cafe = await fixture.OpenAsync(("soup", 5));

        var first = await cafe.Item("soup").WriteOff(Cafe.Delivery(4, "spoilt"));
        var second = await cafe.Item("soup").WriteOff(Cafe.Delivery(4, "spoilt"));

        Assert.Equal(1, Assert.IsType<StockChangeResult.Changed>(first).Level.OnHand);
        Assert.Equal(1, Assert.IsType<StockChangeResult.Replayed>(second).Level.OnHand);
    }

    [Fact]
    public async Task Nothing_is_written_off_that_is_not_on_hand_or_that_somebody_holds()
    {
        var cafe = await fixture.OpenAsync(("soup", 5));
        await HoldAsync(cafe, "o1", 3);

        Assert.Equal(2, Assert.IsType<StockChangeResult.BelowZero>(await cafe.Item("soup").WriteOff(Cafe.Delivery(3, "spoilt"))).Available);
        Assert.Equal(0, (await cafe.RowsAsync("soup")).WrittenOff);
    }

    [Fact]
    public async Task Messages_in_the_wrong_order_leave_nothing_held()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        var soup = cafe.Item("soup");

        await soup.Release("o1", "a");
        Assert.IsType<HoldResult.Insufficient>(await HoldAsync(cafe, "o1", 2));
        await soup.Keep("o2", "a");
        await soup.Extend("o2", "a");
        await soup.Settle("o2", "a");

        var level = await soup.Get();
        Assert.Equal((10, 0, 0), (level.OnHand, level.Held, level.Sold));
    }

    [Fact]
    public async Task An_activation_that_begins_anew_knows_the_rows_and_nothing_that_was_only_promised()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        var before = Assert.IsType<HoldResult.Held>(await HoldAsync(cafe, "o1", 4));

        await cafe.DeactivateAsync(cafe.Item("soup"));

        var level = await cafe.Item("soup").Get();
        Assert.Equal((10, 0, 10), (level.OnHand, level.Held, level.Received));
        Assert.True(Assert.IsType<HoldResult.Held>(await HoldAsync(cafe, "o2", 1)).Epoch > before.Epoch, "a new activation has a new epoch");
    }

    [Fact]
    public async Task A_hold_that_names_the_epoch_it_was_refused_under_makes_the_item_take_itself_over_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        var held = Assert.IsType<HoldResult.Held>(await HoldAsync(cafe, "o1", 1));

        var again = await cafe.Item("soup").Hold(new HoldStock("o1", "b", 1, held.Epoch));
        var known = await cafe.Item("soup").Hold(new HoldStock("o2", "c", 1, held.Epoch));

        Assert.True(Assert.IsType<HoldResult.Held>(again).Epoch > held.Epoch, "the epoch has risen");
        Assert.Equal(again, known);
        Assert.Equal(2, (await cafe.Item("soup").Get()).Held);
    }

    [Fact]
    public async Task An_item_whose_take_over_fails_answers_nothing_and_recovers_with_the_database()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        await cafe.DeactivateAsync(cafe.Item("soup"));
        cafe.Faults.Once("take-over", cafe.Key("soup"), Faults.Unavailable);

        await Assert.ThrowsAnyAsync<Exception>(() => HoldAsync(cafe, "o1", 1));

        Assert.IsType<HoldResult.Held>(await HoldAsync(cafe, "o1", 1));
    }

    [Theory]
    [InlineData("change")]
    [InlineData("changed")]
    public async Task A_delivery_whose_write_failed_or_whose_answer_was_lost_counts_once_when_it_is_said_again(string place)
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        cafe.Faults.Once(place, cafe.Key("soup"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Item("soup").Receive(Cafe.Delivery(5, "d2")));
        await cafe.Item("soup").Receive(Cafe.Delivery(5, "d2"));

        await cafe.BooksAreAsync("soup", sold: 0);
        Assert.Equal(15, (await cafe.Item("soup").Get()).OnHand);
    }

    [Fact]
    public async Task After_a_write_off_of_unknown_outcome_nothing_is_sold_that_was_thrown_away()
    {
        var cafe = await fixture.OpenAsync(("soup", 5));
        cafe.Faults.Once("changed", cafe.Key("soup"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Item("soup").WriteOff(Cafe.Delivery(5, "spoilt")));

        Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("o1", ("soup", 1)));
        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task A_count_whose_answer_was_lost_counts_no_sale_twice()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        cafe.Faults.Always("Keep", cafe.Key("soup"), Faults.Lost);
        cafe.Faults.Once("folded", cafe.Key("soup"), Faults.Unavailable);
        var order = await cafe.AcceptedAsync("o1", ("soup", 2));

        await cafe.Item("soup").LedgerChanged();
        await Waiting.UntilAsync(async () => (await cafe.Item("soup").Get()).Held == 0, "the rows to be counted");
        cafe.Faults.Clear("Keep", cafe.Key("soup"));
        await cafe.Item("soup").Keep("o1", order.Attempt);

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task A_hold_that_comes_again_after_its_sale_is_neither_held_for_ever_nor_sold_twice()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        var order = await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);

        await cafe.Item("soup").Hold(new HoldStock("o1", order.Attempt, 2, null));
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(31));

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task The_menu_shows_what_is_on_hand_shortly_after()
    {
        var cafe = await fixture.OpenAsync(("soup", 10));
        await HoldAsync(cafe, "o1", 10);

        var report = await Waiting.UntilAsync(
            async () => (await cafe.Menu.Read(null))!.Stock.GetValueOrDefault("soup"), report => report?.OnHand == 0, "the menu to show soup sold out");

        Assert.Equal(StockLevelName.SoldOut, report!.Level);
    }

    private static Task<HoldResult> HoldAsync(Cafe cafe, string order, int quantity) =>
        cafe.Item("soup").Hold(new HoldStock(order, "a", quantity, null));

    private static async Task TwiceAsync(Func<Task> message)
    {
        await message();
        await message();
    }
}
