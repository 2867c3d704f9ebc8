using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Orders;

public sealed class PlacingTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Of_two_hundred_students_and_fifty_portions_fifty_are_served_and_the_others_told_what_is_left()
    {
        var cafe = await fixture.OpenAsync(("special", 50));

        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => cafe.PlaceAsync($"o{n}", $"s{n}", ("special", 1))));

        Assert.Equal(50, results.OfType<PlaceResult.Accepted>().Count(accepted => accepted.Order.Status is OrderStatus.StockVerified));
        var refused = results.OfType<PlaceResult.OutOfStock>().ToArray();
        Assert.Equal(150, refused.Length);
        Assert.All(refused, refusal => Assert.Equal(new Shortage("special", 1, 0), Assert.Single(refusal.Items)));
        await cafe.BooksAreAsync("special", sold: 50);
        Assert.Equal(50, (await cafe.Silo.Rows.ListAsync(new OrderQuery(cafe.Tenant, Limit: 200), CancellationToken.None)).Length);
    }

    [Fact]
    public async Task Orders_of_several_items_that_cross_neither_wait_for_each_other_for_ever_nor_sell_too_much()
    {
        var cafe = await fixture.OpenAsync(("a", 30), ("b", 30));

        var results = await Task.WhenAll(Enumerable.Range(0, 80).Select(n => n % 2 == 0
            ? cafe.PlaceAsync($"o{n}", $"s{n}", ("a", 1), ("b", 1))
            : cafe.PlaceAsync($"o{n}", $"s{n}", ("b", 1), ("a", 1)))).WithinAsync("all 80 students to be answered");

        // One who holds the last a while another holds the last b may cost both their meal, but never a portion.
        var sold = results.Count(result => result is PlaceResult.Accepted);
        Assert.InRange(sold, 1, 30);
        Assert.Equal(80, sold + results.Count(result => result is PlaceResult.OutOfStock));
        await cafe.BooksAreAsync("a", sold);
        await cafe.BooksAreAsync("b", sold);
        await ServeTheRestAsync(cafe, 30 - sold);
    }

    private static async Task ServeTheRestAsync(Cafe cafe, int left)
    {
        for (var n = 0; n < left; n++)
            Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync($"late{n}", $"late{n}", ("a", 1), ("b", 1)));
        Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("too-late", ("a", 1), ("b", 1)));
        await cafe.BooksAreAsync("a", sold: 30);
        await cafe.BooksAreAsync("b", sold: 30);
    }

    [Fact]
    public async Task The_same_key_twenty_times_at_once_is_one_order_and_one_sale()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => cafe.PlaceAsync("o1", ("soup", 2))));

        var accepted = results.Cast<PlaceResult.Accepted>().ToArray();
        Assert.Single(accepted, result => !result.Replayed);
        Assert.Single(accepted.Select(result => Body(result.Order)).Distinct());
        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task The_same_key_after_the_order_was_read_from_disk_again_answers_the_same_order()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        var order = await cafe.AcceptedAsync("o1", ("soup", 2));

        await cafe.BooksAreAsync("soup", sold: 2);
        await cafe.DeactivateAsync(cafe.Order("o1"));
        var again = Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o1", ("soup", 2)));

        Assert.True(again.Replayed);
        Assert.Equal(Body(order), Body(again.Order));
        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task An_order_that_is_looked_at_while_its_key_is_tried_again_is_neither_overwritten_nor_sold_twice()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        var order = await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);
        await cafe.DeactivateAsync(cafe.Order("o1"));
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cafe.Silo.Breakpoints.Reached = (place, _) =>
        {
            if (place != Breakpoints.Held)
                return Task.CompletedTask;
            held.TrySetResult();
            return goOn.Task;
        };
        try
        {
            // An activation that something else has woken meanwhile knows its row, and answers at once.
            var trying = cafe.PlaceAsync("o1", ("soup", 2));
            for (var tries = 0; tries < 20 && await Task.WhenAny(trying, held.Task).WithinAsync("the second try to hold its portions") == trying; tries++)
            {
                await cafe.DeactivateAsync(cafe.Order("o1"));
                trying = cafe.PlaceAsync("o1", ("soup", 2));
            }

            Assert.Equal(order.Number, (await cafe.Order("o1").Get())!.Number);
            goOn.SetResult();

            var again = Assert.IsType<PlaceResult.Accepted>(await trying);
            Assert.True(again.Replayed);
            Assert.Equal((order.Number, order.Attempt), (again.Order.Number, again.Order.Attempt));
        }
        finally
        {
            cafe.Silo.Breakpoints.Reached = null;
            goOn.TrySetResult();
        }

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_before_and_after_the_order_was_read_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await cafe.AcceptedAsync("o1", ("soup", 2));

        Assert.IsType<PlaceResult.KeyReused>(await cafe.PlaceAsync("o1", ("soup", 3)));
        await cafe.BooksAreAsync("soup", sold: 2);
        await cafe.DeactivateAsync(cafe.Order("o1"));
        Assert.IsType<PlaceResult.KeyReused>(await cafe.PlaceAsync("o1", ("soup", 3)));

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task The_same_key_after_the_order_took_the_last_portion_and_left_memory_answers_the_order_and_keeps_its_ticket()
    {
        var cafe = await fixture.OpenAsync(("soup", 2), ("ramen", 1));
        var order = await cafe.AcceptedAsync("o1", ("ramen", 1), ("soup", 2));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        await cafe.DeactivateAsync(cafe.Order("o1"));

        var again = Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o1", ("ramen", 1), ("soup", 2)));

        Assert.True(again.Replayed);
        Assert.Equal(Body(order), Body(again.Order));
        Assert.Equal("o1", Assert.Single(await cafe.Station().Tickets()).OrderId);
        await cafe.BooksAreAsync("soup", sold: 2);
        await cafe.BooksAreAsync("ramen", sold: 1);
    }

    [Fact]
    public async Task The_same_key_after_a_dish_was_taken_off_the_menu_answers_the_order()
    {
        var cafe = await fixture.OpenAsync(("soup", 2));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.DeactivateAsync(cafe.Order("o1"));
        await cafe.Menu.Delete("soup");
        await cafe.Silo.MenuBoard.RefreshAsync(cafe.Tenant);

        Assert.True(Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o1", ("soup", 1))).Replayed);
        Assert.IsType<PlaceResult.UnknownItem>(await cafe.PlaceAsync("o2", ("soup", 1)));
    }

    [Fact]
    public async Task When_nobody_can_tell_whether_there_is_an_order_nothing_is_refused()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        cafe.Faults.Once("read", cafe.Key("o1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 2)));

        Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("o1", ("soup", 2)));
        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task The_same_key_after_the_price_changed_answers_the_price_of_then()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await cafe.AcceptedAsync("o1", ("soup", 1));

        await cafe.Menu.Put(Cafe.Dish("soup", 99_000), "manager1");
        await cafe.Silo.MenuBoard.RefreshAsync(cafe.Tenant);
        await cafe.DeactivateAsync(cafe.Order("o1"));

        Assert.Equal(10_000, (await cafe.AcceptedAsync("o1", ("soup", 1))).Total.Amount);
    }

    [Fact]
    public async Task A_refusal_records_nothing_and_holds_nothing()
    {
        var cafe = await fixture.OpenAsync(("soup", 1), ("ramen", 5));

        var refused = Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("o1", ("ramen", 2), ("soup", 2)));

        Assert.Equal([new Shortage("soup", 2, 1)], refused.Items.AsEnumerable());
        Assert.Null(await cafe.Order("o1").Get());
        Assert.Empty(await cafe.Silo.Rows.ListAsync(new OrderQuery(cafe.Tenant), CancellationToken.None));
        await cafe.BooksAreAsync("ramen", sold: 0);
        Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o1", ("ramen", 5)));
    }

    [Fact]
    public async Task What_is_not_on_the_menu_cannot_be_ordered()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));

        Assert.Equal(["pho"], Assert.IsType<PlaceResult.UnknownItem>(await cafe.PlaceAsync("o1", ("soup", 1), ("pho", 1))).ItemIds.AsEnumerable());
        Assert.Null(await cafe.Order("o1").Get());
    }

    [Fact]
    public async Task One_student_cannot_have_more_orders_open_than_the_limit_and_what_was_refused_is_sold_to_others()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));

        var results = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => cafe.PlaceAsync($"o{n}", ("soup", 1))));

        Assert.Equal(20, results.Count(result => result is PlaceResult.Accepted));
        Assert.All(results.OfType<PlaceResult.TooManyOpenOrders>(), refusal => Assert.Equal(20, refusal.Limit));
        await cafe.BooksAreAsync("soup", sold: 20);
    }

    [Fact]
    public async Task Numbers_of_a_day_differ_and_a_replay_keeps_its_own()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));

        var numbers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async n => (await cafe.AcceptedAsync($"o{n}", ("soup", 1))).Number));

        Assert.Equal(20, numbers.Distinct().Count());
        Assert.All(numbers, number => Assert.Matches("^A-[0-9]{3}$", number));
        Assert.Equal(numbers[7], (await cafe.AcceptedAsync("o7", ("soup", 1))).Number);
    }

    [Fact]
    public async Task When_the_write_fails_nothing_has_happened_and_the_same_key_succeeds_later()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("write", cafe.Key("o1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 1)));
        Assert.Null(await cafe.Order("o1").Get());
        await cafe.AcceptedAsync("o1", ("soup", 1));

        // What the first attempt held comes back when its lease has run out.
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(31));
        await cafe.BooksAreAsync("soup", sold: 1);
    }

    [Fact]
    public async Task When_the_write_of_the_last_portion_fails_the_same_key_has_it_and_nobody_else()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        cafe.Faults.Once("write", cafe.Key("o1"), Faults.Unavailable);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 1)));

        Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("o2", ("soup", 1)));
        await cafe.AcceptedAsync("o1", ("soup", 1));

        await cafe.BooksAreAsync("soup", sold: 1);
    }

    [Fact]
    public async Task When_the_answer_to_the_write_is_lost_the_order_stands_and_is_sold_once()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("written", cafe.Key("o1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 2)));
        var again = Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o1", ("soup", 2)));

        Assert.True(again.Replayed);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(31));
        await cafe.SweepAsync();
        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task When_the_answer_to_the_write_is_lost_and_nobody_asks_again_the_order_is_cooked_all_the_same()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("written", cafe.Key("o1"), Faults.Unavailable);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 2)));

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(10));
        await cafe.SweepAsync();
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);

        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task When_no_number_can_be_drawn_nothing_stays_held()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Once("number", cafe.Tenant, Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 3)));

        await cafe.BooksAreAsync("soup", sold: 0);
        await cafe.AcceptedAsync("o1", ("soup", 3));
    }

    [Fact]
    public async Task What_was_sold_under_an_epoch_that_is_gone_is_held_and_sold_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        var gate = cafe.Faults.Hold("write", cafe.Key("o1"));
        var placing = cafe.PlaceAsync("o1", ("soup", 2));
        await gate.WhenReached();
        await cafe.DeactivateAsync(cafe.Item("soup"));
        await cafe.Item("soup").Get();

        gate.Open();

        Assert.Equal(OrderStatus.StockVerified, Assert.IsType<PlaceResult.Accepted>(await placing).Order.Status);
        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task What_was_sold_to_others_since_the_item_was_taken_over_is_not_sold_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        var gate = cafe.Faults.Hold("write", cafe.Key("o1"));
        var placing = cafe.PlaceAsync("o1", ("soup", 2));
        await gate.WhenReached();
        await cafe.DeactivateAsync(cafe.Item("soup"));
        await cafe.AcceptedAsync("o2", ("soup", 3));

        gate.Open();

        Assert.Equal([new Shortage("soup", 2, 0)], Assert.IsType<PlaceResult.OutOfStock>(await placing).Items.AsEnumerable());
        await cafe.BooksAreAsync("soup", sold: 3);
    }

    private static string Body(OrderState order) =>
        $"{order.OrderId} {order.Number} {string.Join(",", order.Lines)} {order.Total} {order.PlacedAt:O}";
}
