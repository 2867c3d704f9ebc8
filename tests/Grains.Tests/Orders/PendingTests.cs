using Cafeteria.Orders;

namespace Cafeteria.Tests.Orders;

/// <summary>Orders that were taken although a part was out of reach.</summary>
public sealed class PendingTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task An_order_whose_item_is_out_of_reach_is_accepted_as_pending_and_succeeds_later()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("Hold", cafe.Key("soup"), Faults.Unreachable);

        var order = await cafe.AcceptedAsync("o1", ("soup", 2));
        Assert.Equal((OrderStatus.Pending, cafe.Silo.Clock.GetUtcNow().AddSeconds(2)), (order.Status, order.DueAt));
        Assert.NotEmpty(order.Number);

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await cafe.SweepAsync();

        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        Assert.Equal(order.Number, (await cafe.Order("o1").Get())!.Number);
        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task It_is_tried_again_after_two_four_and_six_seconds_and_then_rejected_with_nothing_held()
    {
        var cafe = await fixture.OpenAsync(("soup", 3), ("ramen", 3));
        var asked = 0;
        cafe.Faults.Always("Hold", cafe.Key("ramen"), () =>
        {
            Interlocked.Increment(ref asked);
            return Faults.Unreachable();
        });
        await cafe.AcceptedAsync("o1", ("soup", 2), ("ramen", 1));

        foreach (var wait in new[] { 2, 4, 6 })
        {
            Assert.Equal(cafe.Silo.Clock.GetUtcNow().AddSeconds(wait), (await cafe.Order("o1").Get())!.DueAt);
            cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(wait - 1));
            await cafe.Order("o1").Advance(); // too early: nothing happens
            Assert.Equal(OrderStatus.Pending, (await cafe.Order("o1").Get())!.Status);
            cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(1));
            await cafe.Order("o1").Advance();
        }

        var order = (await cafe.Order("o1").Get())!;
        Assert.Equal((OrderStatus.Rejected, "timeout"), (order.Status, order.History[^1].Reason));
        Assert.Equal(4, asked);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(31));
        await cafe.BooksAreAsync("soup", sold: 0);
        await cafe.BooksAreAsync("ramen", sold: 0);
    }

    [Fact]
    public async Task A_pending_order_that_finds_everything_sold_out_is_rejected_with_that_reason()
    {
        var cafe = await fixture.OpenAsync(("soup", 2));
        cafe.Faults.Once("Hold", cafe.Key("soup"), Faults.Unreachable);
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.AcceptedAsync("o2", ("soup", 1));

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await cafe.Order("o1").Advance();

        Assert.Equal("out_of_stock", (await cafe.WhenAsync("o1", OrderStatus.Rejected)).History[^1].Reason);
        await cafe.BooksAreAsync("soup", sold: 1);
        Assert.Equal(OrderStatus.Rejected, (await cafe.AcceptedAsync("o1", ("soup", 2))).Status);
    }

    [Fact]
    public async Task An_order_whose_station_is_out_of_reach_is_pending_and_gives_its_portions_back_meanwhile()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("Promise", cafe.Key("main"), Faults.Unreachable);

        Assert.Equal(OrderStatus.Pending, (await cafe.AcceptedAsync("o1", ("soup", 2))).Status);

        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task Orders_that_are_put_off_are_open_and_count_as_such()
    {
        var cafe = await fixture.OpenAsync(("soup", 100));
        cafe.Faults.Always("Promise", cafe.Key("main"), Faults.Unreachable);

        var results = new List<PlaceResult>();
        for (var n = 0; n < 30 && results.LastOrDefault() is not PlaceResult.TooManyOpenOrders; n++)
            results.Add(await cafe.PlaceAsync($"o{n}", ("soup", 1)));

        var refused = Assert.IsType<PlaceResult.TooManyOpenOrders>(results[^1]);
        Assert.Equal(refused.Limit, results.Count - 1);
        Assert.All(results.SkipLast(1), result => Assert.Equal(OrderStatus.Pending, Assert.IsType<PlaceResult.Accepted>(result).Order.Status));
    }

    [Fact]
    public async Task A_hold_that_was_given_but_whose_answer_came_too_late_is_let_go()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        var gate = cafe.Faults.Hold("Hold", cafe.Key("soup"));
        var placing = cafe.PlaceAsync("o1", ("soup", 2));
        await gate.WhenReached();

        Assert.Equal(OrderStatus.Pending, Assert.IsType<PlaceResult.Accepted>(await placing).Order.Status);
        gate.Open();

        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task A_pending_order_survives_its_activation_and_is_not_tried_twice_for_one_try()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("Hold", cafe.Key("soup"), Faults.Unreachable);
        await cafe.AcceptedAsync("o1", ("soup", 2));

        await cafe.DeactivateAsync(cafe.Order("o1"));
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cafe.Order("o1").Advance()));

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task A_retry_whose_write_is_lost_sells_once_all_the_same()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("Hold", cafe.Key("soup"), Faults.Unreachable);
        await cafe.AcceptedAsync("o1", ("soup", 2));
        cafe.Faults.Once("written", cafe.Key("o1"), Faults.Unavailable);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));

        await cafe.SweepAsync();
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(31));
        await cafe.SweepAsync();

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task A_pending_order_is_not_rejected_for_want_of_the_last_portion_that_it_holds_itself()
    {
        var cafe = await fixture.OpenAsync(("soup", 1), ("ramen", 5));
        cafe.Faults.Once("Hold", cafe.Key("ramen"), Faults.Unreachable);
        cafe.Faults.Always("Release", cafe.Key("soup"), Faults.Lost);
        await cafe.AcceptedAsync("o1", ("soup", 1), ("ramen", 1));
        Assert.Equal(OrderStatus.Pending, (await cafe.Order("o1").Get())!.Status);

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await cafe.SweepAsync();

        await cafe.WhenAsync("o1", OrderStatus.StockVerified);
        await cafe.BooksAreAsync("soup", sold: 1);
        await cafe.BooksAreAsync("ramen", sold: 1);
        cafe.Faults.Clear("Release", cafe.Key("soup"));
    }

    [Fact]
    public async Task A_pending_order_can_be_cancelled_and_is_not_tried_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("Hold", cafe.Key("soup"), Faults.Unreachable);
        await cafe.AcceptedAsync("o1", ("soup", 2));

        Assert.IsType<StepResult.Done>(await cafe.Order("o1").Cancel(new CancelOrder(new Actor("student1", false), null)));
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(20));
        await cafe.SweepAsync();
        await cafe.Order("o1").Advance();

        Assert.Equal(OrderStatus.Cancelled, (await cafe.Order("o1").Get())!.Status);
        await cafe.BooksAreAsync("soup", sold: 0);
    }
}
