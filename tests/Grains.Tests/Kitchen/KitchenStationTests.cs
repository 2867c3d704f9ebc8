using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Kitchen;

public sealed class KitchenStationTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Of_thirty_promises_at_once_ten_start_now_and_the_others_after_them()
    {
        var cafe = await fixture.OpenAsync();
        var now = cafe.Silo.Clock.GetUtcNow();

        var promises = await Task.WhenAll(Enumerable.Range(0, 30).Select(n => cafe.Station().Promise(new PromiseSlot($"o{n}", "a", 5))));

        Assert.Equal([10, 10, 10], promises.GroupBy(promise => promise.StartsAt).OrderBy(group => group.Key).Select(group => group.Count()));
        Assert.Equal(now.AddSeconds(15), promises.Max(promise => promise.ReadyAt));
    }

    [Fact]
    public async Task Every_message_may_come_twice()
    {
        var cafe = await fixture.OpenAsync();
        await ManualAsync(cafe);
        var station = cafe.Station();

        Assert.Equal(await station.Promise(new PromiseSlot("o1", "a", 5)), await station.Promise(new PromiseSlot("o1", "a", 5)));
        Assert.Equal(await QueueAsync(cafe, "o1"), await QueueAsync(cafe, "o1"));
        await station.Record("o1", TicketStatus.Cooking);
        await station.Record("o1", TicketStatus.Cooking);
        Assert.Equal(TicketStatus.Cooking, Assert.Single(await station.Tickets()).Status);
        await station.Record("o1", TicketStatus.Done);
        await station.Record("o1", TicketStatus.Done);
        Assert.Equal(TicketStatus.Done, Assert.Single(await station.Tickets()).Status);
        await station.Withdraw("o1");
        await station.Withdraw("o1");
        Assert.Empty(await station.Tickets());
    }

    [Fact]
    public async Task Messages_in_the_wrong_order_do_no_harm()
    {
        var cafe = await fixture.OpenAsync();
        await ManualAsync(cafe);
        var station = cafe.Station();

        await station.Withdraw("o1");
        await station.Record("o1", TicketStatus.Cooking);
        await station.Record("o1", TicketStatus.Done);
        Assert.Empty(await station.Tickets());
        await QueueAsync(cafe, "o1");
        await station.Promise(new PromiseSlot("o1", "late", 5));

        Assert.Equal(TicketStatus.Queued, Assert.Single(await station.Tickets()).Status);
        Assert.Equal((1, 0), await CountsAsync(cafe));
    }

    [Fact]
    public async Task A_promise_that_nobody_queues_frees_its_slot()
    {
        var cafe = await fixture.OpenAsync();
        await cafe.Station().Configure(new ConfigureStation(1, StationMode.Auto));
        await cafe.Station().Promise(new PromiseSlot("o1", "a", 60));

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(11));

        var now = cafe.Silo.Clock.GetUtcNow();
        await Waiting.UntilAsync(
            () => cafe.Station().Promise(new PromiseSlot("o2", "a", 5)), promise => promise.StartsAt <= now, "the slot to be free");
    }

    [Fact]
    public async Task An_activation_that_begins_anew_has_every_ticket_of_the_orders_that_wait_or_cook()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await ManualAsync(cafe);
        for (var n = 0; n < 5; n++)
            await cafe.AcceptedAsync($"o{n}", ("soup", 1));
        await Waiting.UntilAsync(async () => (await cafe.Station().Tickets()).Length == 5, "five tickets");
        await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook));
        await cafe.Order("o2").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook));
        await cafe.Order("o2").StepTicket(new StepTicket("main", TicketStep.Done, Cafe.Cook));
        await cafe.Order("o3").Cancel(new CancelOrder(Cafe.Cook, null));

        await cafe.DeactivateAsync(cafe.Station());

        var tickets = await cafe.Station().Tickets();
        Assert.Equal(["o0 Queued", "o1 Cooking", "o4 Queued"], tickets.Select(ticket => $"{ticket.OrderId} {ticket.Status}").Order());
        Assert.All(tickets, ticket => Assert.Equal(("Dish soup", 1), (ticket.Lines[0].Name, ticket.Lines[0].Quantity)));
        Assert.Equal(StationMode.Manual, (await cafe.Station().Get()).Mode);
    }

    [Fact]
    public async Task A_station_that_cannot_read_its_orders_answers_nothing_and_recovers()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        cafe.Faults.Once("at-station", cafe.Key("main"), Faults.Unavailable);

        Assert.Equal(OrderStatus.Pending, (await cafe.AcceptedAsync("o1", ("soup", 1))).Status);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await cafe.Order("o1").Advance();

        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
    }

    [Theory]
    [InlineData("write", 10)]
    [InlineData("written", 3)]
    public async Task After_a_configuration_of_unknown_outcome_the_station_is_what_the_row_says(string place, int cooks)
    {
        var cafe = await fixture.OpenAsync();
        cafe.Faults.Once(place, cafe.Key("main"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Station().Configure(new ConfigureStation(3, StationMode.Auto)));

        Assert.Equal(cooks, (await cafe.Station().Get()).Cooks);
        Assert.Equal(3, (await cafe.Station().Configure(new ConfigureStation(3, StationMode.Auto))).Cooks);
    }

    [Theory]
    [InlineData(StationMode.Auto)]
    [InlineData(StationMode.Manual)]
    public async Task The_ticket_of_a_cancelled_order_that_arrives_late_goes_when_somebody_touches_it(StationMode mode)
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await ManualAsync(cafe);
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null));
        await Waiting.UntilAsync(async () => (await cafe.Station().Tickets()).IsEmpty, "the ticket to be withdrawn");
        await cafe.Order("o1").Advance();

        await QueueAsync(cafe, "o1");
        if (mode is StationMode.Auto)
            await cafe.Station().Configure(new ConfigureStation(10, StationMode.Auto));
        else
            Assert.IsType<StepResult.Refused>(await cafe.Order("o1").StepTicket(new StepTicket("main", TicketStep.Start, Cafe.Cook)));

        await Waiting.UntilAsync(async () => (await cafe.Station().Tickets()).IsEmpty, "the late ticket to be withdrawn");
    }

    [Fact]
    public async Task A_nudge_that_is_lost_or_comes_twice_changes_nothing_but_the_moment()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await cafe.WhenAsync("o1", OrderStatus.InKitchen);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => cafe.Order("o1").Nudge()));

        await cafe.WhenAsync("o1", OrderStatus.Ready);
        Assert.Equal(4, (await cafe.Order("o1").Get())!.Version);
    }

    private static Task ManualAsync(Cafe cafe) => cafe.WithoutKitchenAsync();

    private static Task<TicketProgress> QueueAsync(Cafe cafe, string order)
    {
        var now = cafe.Silo.Clock.GetUtcNow();
        return cafe.Station().Queue(new QueueTicket(order, "A-001", new Ticket("main", TicketStatus.Queued, now, now, now.AddSeconds(5), 5), []));
    }

    private static async Task<(int Queued, int Cooking)> CountsAsync(Cafe cafe)
    {
        var view = await cafe.Station().Get();
        return (view.Queued, view.Cooking);
    }
}
