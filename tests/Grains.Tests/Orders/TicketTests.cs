using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Orders;

/// <summary>An order's ticket where cooks say what is done: its steps, and what becomes of it when somebody was not told.</summary>
public sealed class TicketTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task A_manual_ticket_is_started_done_and_recalled_and_each_step_said_twice_counts_once()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await QueuedAsync(cafe);

        await RefusedAsync(cafe, TicketStep.Done);
        await RefusedAsync(cafe, TicketStep.Recall);
        await TakenTwiceAsync(cafe, TicketStep.Start, OrderStatus.InKitchen, TicketStatus.Cooking);
        await TakenTwiceAsync(cafe, TicketStep.Done, OrderStatus.Ready, TicketStatus.Done);
        await RefusedAsync(cafe, TicketStep.Start);
        await TakenTwiceAsync(cafe, TicketStep.Recall, OrderStatus.InKitchen, TicketStatus.Cooking);
        await TakenTwiceAsync(cafe, TicketStep.Done, OrderStatus.Ready, TicketStatus.Done);

        var order = (await cafe.Order("o1").Get())!;
        Assert.Equal(
            [OrderStatus.Pending, OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready, OrderStatus.InKitchen, OrderStatus.Ready],
            order.History.Select(step => step.Status));
        Assert.IsType<StepResult.NotFound>(await cafe.Order("o1").StepTicket(new StepTicket("grill", TicketStep.Start, Cafe.Cook)));
    }

    [Fact]
    public async Task A_ticket_that_was_begun_by_mistake_waits_again_in_its_station_too()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await QueuedAsync(cafe);
        await TakenTwiceAsync(cafe, TicketStep.Start, OrderStatus.InKitchen, TicketStatus.Cooking);

        await TakenTwiceAsync(cafe, TicketStep.PutBack, OrderStatus.StockVerified, TicketStatus.Queued);

        Assert.Equal((1, 0), await LoadAsync(cafe));
        await TakenTwiceAsync(cafe, TicketStep.Start, OrderStatus.InKitchen, TicketStatus.Cooking);
        Assert.Equal((0, 1), await LoadAsync(cafe));

        static async Task<(int Queued, int Cooking)> LoadAsync(Cafe cafe)
        {
            var station = await cafe.Station().Get();
            return (station.Queued, station.Cooking);
        }
    }

    /// <summary>Accepted, and unknown to the kitchen until its slot's start, when it came last: its commit had taken longer than anybody waited.</summary>
    [Fact]
    public async Task The_kitchen_hears_of_an_order_whose_commit_nobody_waited_for_when_it_is_asked_for_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        cafe.Faults.Once("written", cafe.Key("o1"), Faults.Unavailable);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.PlaceAsync("o1", ("soup", 1)));

        Assert.True(Assert.IsType<PlaceResult.Accepted>(await cafe.PlaceAsync("o1", ("soup", 1))).Replayed);

        await Waiting.UntilAsync(async () => (await cafe.Station().Tickets()).Length == 1, "the station to have its ticket");
    }

    [Fact]
    public async Task A_station_that_was_not_told_of_a_step_learns_it_from_the_order()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await QueuedAsync(cafe);
        cafe.Faults.Once("Record", cafe.Key("main"), Faults.Unreachable);

        Assert.IsType<StepResult.Done>(await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook)));

        await Waiting.UntilAsync(async () => (await cafe.Station().Tickets())[0].Status is TicketStatus.Cooking, "the station to show it cooking");
    }

    /// <summary>The wall showed a meal as cooking that had been collected, until the station was restarted.</summary>
    [Fact]
    public async Task A_station_that_was_not_told_of_the_last_step_learns_it_when_a_cook_tries_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await QueuedAsync(cafe);
        await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook));
        cafe.Faults.Once("Record", cafe.Key("main"), Faults.Unreachable);
        await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Done, Cafe.Cook));
        Assert.IsType<StepResult.Done>(await cafe.Order("o1").Complete(Cafe.Cook));
        Assert.Contains(await cafe.Station().Tickets(), ticket => ticket.Status is TicketStatus.Cooking);

        await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Done, Cafe.Cook));

        await Waiting.UntilAsync(
            async () => (await cafe.Station().Tickets()).All(ticket => ticket.Status is not TicketStatus.Cooking), "the meal to be off the wall");
    }

    /// <summary>There is no sweeper here, and it would come when the kitchen should begin: after the station has given the slot away.</summary>
    [Fact]
    public async Task A_ticket_that_could_not_be_queued_is_queued_a_second_later()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        cafe.Faults.Once("Queue", cafe.Key("main"), Faults.Unreachable);
        await cafe.AcceptedAsync("o1", ("soup", 1));

        await OnTheWallAsync(cafe);
    }

    [Fact]
    public async Task An_order_that_was_not_followed_up_goes_on_when_its_item_asks_about_the_hold()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cafe.Faults.Always("Keep", cafe.Key("soup"), () =>
        {
            failed.TrySetResult();
            return Faults.Unreachable();
        });
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await failed.Task.WithinAsync("the follow-up to fail");
        await cafe.DeactivateAsync(cafe.Order("o1")); // and with it the timer that would try again
        cafe.Faults.Clear("Keep", cafe.Key("soup"));

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(31));

        await OnTheWallAsync(cafe);
    }

    [Fact]
    public async Task A_step_whose_write_failed_has_not_happened_and_can_be_taken_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await QueuedAsync(cafe);
        cafe.Faults.Once("write", cafe.Key("o1"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook)));

        Assert.Equal(OrderStatus.StockVerified, (await cafe.Order("o1").Get())!.Status);
        Assert.IsType<StepResult.Done>(await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook)));
    }

    private static async Task QueuedAsync(Cafe cafe)
    {
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await OnTheWallAsync(cafe);
    }

    private static Task OnTheWallAsync(Cafe cafe) =>
        Waiting.UntilAsync(async () => !(await cafe.Station().Tickets()).IsEmpty, "the ticket in the queue");

    private static async Task TakenTwiceAsync(Cafe cafe, TicketStep step, OrderStatus status, TicketStatus ticket)
    {
        for (var time = 0; time < 2; time++)
        {
            var order = Assert.IsType<StepResult.Done>(await cafe.Order("o1").StepTicket(new StepTicket("main", step, Cafe.Cook))).Order;
            Assert.Equal(status, order.Status);
        }

        Assert.Equal(ticket, Assert.Single(await cafe.Station().Tickets()).Status);
    }

    private static async Task RefusedAsync(Cafe cafe, TicketStep step) =>
        Assert.IsType<StepResult.Refused>(await cafe.Order("o1").StepTicket(new StepTicket("main", step, Cafe.Cook)));
}
