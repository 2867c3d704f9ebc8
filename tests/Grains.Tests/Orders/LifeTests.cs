using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Orders;

/// <summary>What happens to an order after it was accepted: cooked, collected, cancelled.</summary>
public sealed class LifeTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private static readonly Actor Student = new("student1", false);

    [Fact]
    public async Task In_auto_mode_an_order_becomes_ready_when_its_time_has_come()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));

        var order = await cafe.WhenAsync("o1", OrderStatus.Ready);
        Assert.Equal(
            [OrderStatus.Pending, OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready], order.History.Select(step => step.Status));
    }

    [Fact]
    public async Task It_becomes_ready_although_every_timer_in_memory_is_lost()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Always("Nudge", cafe.Key("o1"), Faults.Lost);
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        await cafe.DeactivateAsync(cafe.Station());
        await cafe.DeactivateAsync(cafe.Order("o1"));
        await cafe.DeactivateAsync(cafe.Item("soup"));

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(8));
        await cafe.SweepAsync();

        await cafe.WhenAsync("o1", OrderStatus.Ready);
        await cafe.BooksAreAsync("soup", sold: 1);
    }

    [Fact]
    public async Task A_dish_that_was_called_back_becomes_ready_again_although_every_timer_in_memory_is_lost()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));
        await cafe.WhenAsync("o1", OrderStatus.Ready);

        cafe.Faults.Always("Nudge", cafe.Key("o1"), Faults.Lost);
        Assert.IsType<StepResult.Done>(await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Recall, Cafe.Cook)));
        await Waiting.UntilAsync(async () => (await cafe.Order("o1").Get())!.DueAt is not null, "the order to be due when it should be done");
        await cafe.DeactivateAsync(cafe.Station());
        await cafe.DeactivateAsync(cafe.Order("o1"));
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(8));
        await cafe.SweepAsync();

        await Waiting.UntilAsync(async () => (await cafe.Order("o1").Get())!.Status is OrderStatus.Ready, "the order to be ready again");
    }

    [Fact]
    public async Task Orders_that_waited_for_cooks_are_looked_at_again_when_the_station_goes_by_the_clock()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.Station().Configure(new ConfigureStation(1, StationMode.Manual));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(10));
        await cafe.SweepAsync();
        Assert.Null((await cafe.Order("o1").Get())!.DueAt);

        await cafe.Station().Configure(new ConfigureStation(1, StationMode.Auto));

        await Waiting.UntilAsync(async () => (await cafe.Order("o1").Get())!.DueAt is not null, "the order to be due again");
    }

    /// <summary>As when the silo stops. No sweeper is here to find the order later.</summary>
    [Fact]
    public async Task An_order_whose_activation_goes_right_after_the_answer_is_followed_up_all_the_same()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        var gone = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        cafe.Silo.Breakpoints.Reached = (place, _) =>
        {
            if (place == Breakpoints.Written)
                gone.TrySetResult(cafe.DeactivateAsync(cafe.Order("o1")));
            return Task.CompletedTask;
        };
        try
        {
            await cafe.AcceptedAsync("o1", ("soup", 1));
            await (await gone.Task);
        }
        finally
        {
            cafe.Silo.Breakpoints.Reached = null;
        }

        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        await cafe.BooksAreAsync("soup", sold: 1);
    }

    [Fact]
    public async Task It_becomes_ready_although_nothing_was_told_anybody_after_it_was_accepted()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Always("Nudge", cafe.Key("o1"), Faults.Lost);
        cafe.Faults.Times(1, "Keep", cafe.Key("soup"), Faults.Unreachable);
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.DeactivateAsync(cafe.Order("o1"));
        await cafe.DeactivateAsync(cafe.Station());

        for (var sweep = 0; sweep < 4 && (await cafe.Order("o1").Get())!.Status is not OrderStatus.Ready; sweep++)
        {
            cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(12));
            await cafe.SweepAsync();
        }

        await cafe.WhenAsync("o1", OrderStatus.Ready);
        await cafe.BooksAreAsync("soup", sold: 1);
    }

    [Fact]
    public async Task A_rush_in_auto_mode_is_cooked_to_the_last_order()
    {
        var cafe = await fixture.OpenAsync(("soup", 60));
        await Task.WhenAll(Enumerable.Range(0, 60).Select(n => cafe.PlaceAsync($"o{n}", $"s{n}", ("soup", 1))));

        // 60 dishes of 5 s, ten cooks: 30 s.
        for (var n = 0; n < 60; n++)
        {
            var order = $"o{n}";
            await Waiting.UntilAsync(async () =>
            {
                cafe.Silo.Clock.Advance(TimeSpan.FromMilliseconds(100));
                return (await cafe.Order(order).Get())!.Status is OrderStatus.Ready;
            }, $"{order} to be ready");
        }

        Assert.Equal((0, 0), (await Counts(cafe)));
        await cafe.BooksAreAsync("soup", sold: 60);

        static async Task<(int, int)> Counts(Cafe cafe)
        {
            var view = await cafe.Station().Get();
            return (view.Queued, view.Cooking);
        }
    }

    [Fact]
    public async Task An_order_is_handed_over_once_it_is_ready_and_saying_so_again_changes_nothing()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        Assert.Equal(OrderStatus.InKitchen, Assert.IsType<StepResult.Refused>(await cafe.Order("o1").Complete(Cafe.Cook)).Status);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));
        await cafe.WhenAsync("o1", OrderStatus.Ready);

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => cafe.Order("o1").Complete(Cafe.Cook)));

        Assert.All(results, result => Assert.Equal((OrderStatus.Completed, 5), Short(Assert.IsType<StepResult.Done>(result).Order)));
        Assert.IsType<StepResult.Refused>(await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null)));

        static (OrderStatus, int) Short(OrderState order) => (order.Status, order.Version);
    }

    [Fact]
    public async Task An_order_that_nobody_collects_is_closed_by_the_sweeper()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));
        await cafe.WhenAsync("o1", OrderStatus.Ready);
        await cafe.DeactivateAsync(cafe.Order("o1"));

        cafe.Silo.Clock.Advance(TimeSpan.FromHours(2));
        await cafe.SweepAsync();

        Assert.Equal("not_collected", (await cafe.WhenAsync("o1", OrderStatus.Completed)).History[^1].Reason);
    }

    [Fact]
    public async Task Cancelling_gives_the_portions_back_exactly_once_however_often_it_is_asked()
    {
        var cafe = await fixture.OpenAsync(("soup", 3), ("ramen", 3));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 2), ("ramen", 1));

        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => cafe.Order("o1").Cancel(new CancelOrder(Student, "late"))));
        await cafe.DeactivateAsync(cafe.Order("o1"));
        await cafe.Order("o1").Cancel(new CancelOrder(Student, "late"));
        await cafe.Order("o1").Advance();

        Assert.All(results, result => Assert.Equal(OrderStatus.Cancelled, Assert.IsType<StepResult.Done>(result).Order.Status));
        await cafe.BooksAreAsync("soup", sold: 0);
        await cafe.BooksAreAsync("ramen", sold: 0);
        Assert.Empty(await cafe.Station().Tickets());
        await cafe.AcceptedAsync("o2", ("soup", 3), ("ramen", 3));
        await cafe.BooksAreAsync("soup", sold: 3);
    }

    [Fact]
    public async Task A_cancel_and_the_accept_at_the_same_moment_end_in_one_of_the_two()
    {
        var cafe = await fixture.OpenAsync(("soup", 40));
        await cafe.WithoutKitchenAsync();

        var sold = 0;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            var placing = cafe.PlaceAsync($"o{n}", $"s{n}", ("soup", 1));
            var cancelling = cafe.Order($"o{n}").Cancel(new CancelOrder(new Actor($"s{n}", false), null));
            await Task.WhenAll(placing, cancelling);
            if (await cancelling is not StepResult.Done)
                Interlocked.Increment(ref sold);
            Assert.Equal(await cancelling is StepResult.Done ? OrderStatus.Cancelled : OrderStatus.StockVerified, (await cafe.Order($"o{n}").Get())!.Status);
        }));

        await cafe.BooksAreAsync("soup", sold);
    }

    [Theory]
    [InlineData("write")]
    [InlineData("written")]
    public async Task A_cancel_whose_outcome_is_unknown_gives_back_once_when_it_is_asked_again(string place)
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);
        cafe.Faults.Once(place, cafe.Key("o1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Order("o1").Cancel(new CancelOrder(Student, null)));
        await cafe.Order("o1").Cancel(new CancelOrder(Student, null));
        await cafe.Order("o1").Advance();

        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task Cancelled_before_the_item_heard_of_the_sale_nothing_stays_held_or_sold()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        cafe.Faults.Always("Keep", cafe.Key("soup"), Faults.Lost);
        await cafe.AcceptedAsync("o1", ("soup", 2));

        await cafe.Order("o1").Cancel(new CancelOrder(Student, null));

        await cafe.BooksAreAsync("soup", sold: 0);
        cafe.Faults.Clear("Keep", cafe.Key("soup"));
    }

    [Fact]
    public async Task A_return_that_the_item_never_heard_of_is_found_when_it_next_counts()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);
        cafe.Faults.Always("LedgerChanged", cafe.Key("soup"), Faults.Lost);
        await cafe.Order("o1").Cancel(new CancelOrder(Student, null));
        await Waiting.UntilAsync(async () => (await cafe.RowsAsync("soup")).Sold == 0, "the return's row");

        await cafe.DeactivateAsync(cafe.Item("soup"));

        await cafe.BooksAreAsync("soup", sold: 0);
        cafe.Faults.Clear("LedgerChanged", cafe.Key("soup"));
    }

    [Fact]
    public async Task Staff_who_cancel_what_is_cooked_give_nothing_back_and_students_may_not()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);

        Assert.Equal(OrderStatus.InKitchen, Assert.IsType<StepResult.Refused>(await cafe.Order("o1").Cancel(new CancelOrder(Student, null))).Status);
        Assert.IsType<StepResult.Done>(await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, "burnt")));

        await cafe.WhenAsync("o1", OrderStatus.Cancelled);
        await cafe.BooksAreAsync("soup", sold: 2);
        await Waiting.UntilAsync(async () => (await cafe.Station().Tickets()).IsEmpty, "the ticket to be withdrawn");
    }

    [Fact]
    public async Task Nobody_can_do_anything_with_an_order_that_is_not_there()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));

        Assert.Null(await cafe.Order("o1").Get());
        Assert.IsType<StepResult.NotFound>(await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null)));
        Assert.IsType<StepResult.NotFound>(await cafe.Order("o1").Complete(Cafe.Cook));
        Assert.IsType<StepResult.NotFound>(await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook)));
        await cafe.Order("o1").Advance();
        await cafe.Order("o1").Nudge();
        Assert.Equal(0, await cafe.OrderRowsAsync("o1"));
    }
}
