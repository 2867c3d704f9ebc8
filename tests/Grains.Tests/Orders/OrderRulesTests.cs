using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Stock;

namespace Cafeteria.Tests.Orders;

public sealed class OrderRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 17, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Pickup = TimeSpan.FromHours(2);
    private static readonly TimeSpan[] Retries = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)];
    private static readonly Actor Student = new("student1", false);
    private static readonly Actor Cook = new("kitchen1", true);

    [Fact]
    public void An_accepted_order_sells_every_line_under_the_epoch_it_was_held_under()
    {
        var order = Accepted();

        Assert.Equal(OrderStatus.StockVerified, order.Status);
        Assert.Equal([new LedgerEntry("a1", "soup", LedgerKind.Sold, 1, 3), new LedgerEntry("a1", "ramen", LedgerKind.Sold, 2, 8)], order.Sold.AsEnumerable());
        Assert.Equal(order.Sold, order.Appending);
    }

    [Fact]
    public void A_station_gets_one_ticket_for_all_its_dishes_with_the_time_of_the_slowest()
    {
        var order = Accepted(stations: ["main", "main"]);

        var ticket = Assert.Single(order.Tickets);
        Assert.Equal((TicketStatus.Queued, 9), (ticket.Status, ticket.PrepSeconds));
    }

    [Fact]
    public void An_order_is_promised_for_when_its_last_station_is_ready() =>
        Assert.Equal(Now.AddSeconds(40), Accepted().ReadyAt);

    [Fact]
    public void An_accepted_order_is_looked_at_again_although_nobody_reminds_it()
    {
        var order = Accepted();

        Assert.NotNull(order.DueAt);
        Assert.True(order.DueAt > Now, $"due at {order.DueAt}");
    }

    [Fact]
    public void An_order_put_off_is_tried_after_two_four_and_six_seconds_and_then_rejected_with_the_reason()
    {
        var order = Draft();
        foreach (var wait in Retries)
        {
            order = OrderRules.PutOff(order, Retries, "timeout", Now);
            Assert.Equal((OrderStatus.Pending, Now + wait), (order.Status, order.DueAt));
        }

        order = OrderRules.PutOff(order, Retries, "timeout", Now);

        Assert.Equal(OrderStatus.Rejected, order.Status);
        Assert.Equal("timeout", order.History[^1].Reason);
        Assert.Null(order.DueAt);
        Assert.Empty(order.Appending);
    }

    [Theory]
    [InlineData("Pending", true)]
    [InlineData("StockVerified", true)]
    [InlineData("AwaitingPayment", true)]
    [InlineData("InKitchen", false)]
    [InlineData("Ready", false)]
    [InlineData("Completed", false)]
    [InlineData("Rejected", false)]
    [InlineData("Cancelled", false)]
    public void A_student_cancels_until_the_kitchen_begins(string status, bool may) =>
        Assert.Equal(may, OrderRules.Cancel(Accepted() with { Status = Enum.Parse<OrderStatus>(status) }, Student, null, Now) is not null);

    [Theory]
    [InlineData("InKitchen", true)]
    [InlineData("Ready", true)]
    [InlineData("Completed", false)]
    [InlineData("Rejected", false)]
    public void Staff_cancel_until_the_order_has_ended(string status, bool may) =>
        Assert.Equal(may, OrderRules.Cancel(Accepted() with { Status = Enum.Parse<OrderStatus>(status) }, Cook, null, Now) is not null);

    [Fact]
    public void Cancelled_before_it_is_cooked_every_portion_goes_back_exactly_once()
    {
        var order = Accepted();
        var cancelled = OrderRules.Cancel(order, Student, "changed my mind", Now)!;

        Assert.Equal(order.Sold.Select(entry => entry with { Kind = LedgerKind.Returned }), cancelled.Appending);
        Assert.Empty(cancelled.Sold);
        Assert.True(cancelled.DueAt > Now, "stock and kitchen must hear of it, whatever happens to this activation");
        Assert.Equal("changed my mind", cancelled.History[^1].Reason);
        Assert.Null(OrderRules.Cancel(cancelled, Cook, null, Now));
    }

    [Fact]
    public void Cancelled_after_it_was_cooked_nothing_goes_back()
    {
        var cooking = Step(Accepted(), TicketStep.Start, "main")!;
        var cancelled = OrderRules.Cancel(cooking, Cook, null, Now)!;

        Assert.Empty(cancelled.Appending);
        Assert.Equal(cooking.Sold, cancelled.Sold);
    }

    [Fact]
    public void A_pending_order_that_is_cancelled_gives_nothing_back_for_it_has_nothing() =>
        Assert.Empty(OrderRules.Cancel(Draft(), Student, null, Now)!.Appending);

    [Fact]
    public void Only_a_ready_order_is_handed_over_and_cash_is_then_paid()
    {
        Assert.Null(OrderRules.Complete(Accepted(), Cook, null, Now));

        var completed = OrderRules.Complete(Ready(), Cook, null, Now)!;
        Assert.Equal((OrderStatus.Completed, PaymentStatus.Paid), (completed.Status, completed.PaymentStatus));
    }

    [Fact]
    public void An_order_that_nobody_collected_is_closed_and_nobody_paid() =>
        Assert.Equal(PaymentStatus.Unpaid, OrderRules.Complete(Ready(), Actor.System, "not_collected", Now)!.PaymentStatus);

    [Fact]
    public void An_order_is_in_the_kitchen_from_the_first_ticket_begun_and_ready_with_the_last_one_done()
    {
        var order = Step(Accepted(), TicketStep.Start, "main")!;
        Assert.Equal(OrderStatus.InKitchen, order.Status);
        order = Step(order, TicketStep.Done, "main")!;
        Assert.Equal(OrderStatus.InKitchen, order.Status);
        order = Step(order, TicketStep.Start, "grill")!;
        order = Step(order, TicketStep.Done, "grill")!;

        Assert.Equal(OrderStatus.Ready, order.Status);
        Assert.Equal(Now + Pickup, order.DueAt);
        Assert.Equal([OrderStatus.Pending, OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready], order.History.Select(step => step.Status));
        Assert.Equal("kitchen1", order.History[^1].By);
    }

    [Theory]
    [InlineData("Start", "Queued", "Cooking")]
    [InlineData("Start", "Cooking", "Cooking")]
    [InlineData("Start", "Done", null)]
    [InlineData("Done", "Queued", null)]
    [InlineData("Done", "Cooking", "Done")]
    [InlineData("Done", "Done", "Done")]
    [InlineData("Recall", "Queued", null)]
    [InlineData("Recall", "Cooking", "Cooking")]
    [InlineData("Recall", "Done", "Cooking")]
    [InlineData("PutBack", "Queued", "Queued")]
    [InlineData("PutBack", "Cooking", "Queued")]
    [InlineData("PutBack", "Done", null)]
    public void A_step_that_makes_no_sense_is_refused_and_one_taken_already_changes_nothing(string step, string from, string? to)
    {
        var status = Enum.Parse<TicketStatus>(from);
        var order = InKitchen() with { Tickets = [.. InKitchen().Tickets.Select(ticket => ticket.StationId == "main" ? ticket with { Status = status } : ticket)] };

        var next = Step(order, Enum.Parse<TicketStep>(step), "main");

        Assert.Equal(to, next?.Tickets.Single(ticket => ticket.StationId == "main").Status.ToString());
        if (from == to)
            Assert.Same(order, next);
    }

    [Fact]
    public void A_recall_brings_a_ready_order_back_into_the_kitchen()
    {
        var order = Step(Ready(), TicketStep.Recall, "grill")!;

        Assert.Equal((OrderStatus.InKitchen, "recalled"), (order.Status, order.History[^1].Reason));
        Assert.Equal(Now.AddSeconds(9), order.ReadyAt);
        Assert.Null(order.DueAt);
    }

    [Fact]
    public void An_order_of_which_nothing_is_begun_after_all_waits_again_and_its_student_may_cancel_it()
    {
        var order = Step(InKitchen(), TicketStep.PutBack, "main")!;

        Assert.Equal((OrderStatus.StockVerified, "put_back"), (order.Status, order.History[^1].Reason));
        Assert.NotNull(order.DueAt);
        var student = new Actor("student1", IsStaff: false);
        Assert.Null(OrderRules.Cancel(InKitchen(), student, null, Now));
        Assert.Equal([LedgerKind.Returned, LedgerKind.Returned], OrderRules.Cancel(order, student, null, Now)!.Appending.Select(entry => entry.Kind));
    }

    [Fact]
    public void While_another_station_cooks_the_order_stays_in_the_kitchen()
    {
        var order = Step(Step(InKitchen(), TicketStep.Start, "grill")!, TicketStep.PutBack, "main")!;

        Assert.Equal(OrderStatus.InKitchen, order.Status);
        Assert.Equal(TicketStatus.Queued, order.Tickets.Single(ticket => ticket.StationId == "main").Status);
    }

    [Theory]
    [InlineData("Pending")]
    [InlineData("Completed")]
    [InlineData("Cancelled")]
    public void No_cook_works_on_an_order_that_is_not_theirs_yet_or_any_more(string status) =>
        Assert.Null(Step(Accepted() with { Status = Enum.Parse<OrderStatus>(status) }, TicketStep.Start, "main"));

    [Fact]
    public void What_a_station_says_moves_a_ticket_forward_and_never_back()
    {
        var order = OrderRules.Progress(InKitchen(), Says("main", TicketStatus.Queued), Pickup, Now);

        Assert.Equal(TicketStatus.Cooking, order.Tickets.Single(ticket => ticket.StationId == "main").Status);
    }

    [Fact]
    public void A_station_that_says_nothing_new_causes_no_write()
    {
        var begun = InKitchen();
        var automatic = OrderRules.Progress(begun, Says("main", TicketStatus.Cooking), Pickup, Now);

        Assert.Same(automatic, OrderRules.Progress(automatic, Says("main", TicketStatus.Cooking), Pickup, Now));
        Assert.Same(begun, OrderRules.Progress(begun, Says("main", TicketStatus.Cooking, StationMode.Manual), Pickup, Now));
    }

    [Fact]
    public void What_a_cook_began_where_the_clock_decides_is_looked_at_when_it_should_be_done()
    {
        var recalled = Step(Ready(), TicketStep.Recall, "grill")!;
        Assert.Null(recalled.DueAt);

        var order = OrderRules.Progress(recalled, Says("grill", TicketStatus.Cooking), Pickup, Now);

        Assert.True(order.DueAt > Now.AddSeconds(9), $"due at {order.DueAt}");
        Assert.Equal(recalled.History, order.History);
    }

    [Fact]
    public void An_order_that_waits_for_a_cook_is_not_due_for_ever()
    {
        var order = Accepted();
        var looked = order.DueAt!.Value;
        var waiting = Says("main", TicketStatus.Queued, StationMode.Manual);

        Assert.Same(order, OrderRules.Progress(order, waiting, Pickup, looked.AddSeconds(-1)));
        var afterwards = OrderRules.Progress(order, waiting, Pickup, looked);
        Assert.Null(afterwards.DueAt);
        Assert.Empty(afterwards.Appending);
        // The station was told to go by the clock: the order hears of it, and is due again.
        Assert.True(OrderRules.Progress(afterwards, Says("main", TicketStatus.Queued), Pickup, looked).DueAt > looked);
    }

    [Fact]
    public void A_ticket_whose_station_starts_it_later_than_was_said_is_looked_at_later()
    {
        var order = Accepted();
        var looked = order.DueAt!.Value;
        var later = new Dictionary<string, TicketProgress> { ["main"] = new(TicketStatus.Queued, looked.AddMinutes(3), looked.AddMinutes(4), StationMode.Auto) };

        Assert.True(OrderRules.Progress(order, later, Pickup, looked).DueAt > looked.AddMinutes(3));
    }

    [Fact]
    public void A_ticket_found_done_at_the_first_look_makes_both_transitions_in_one_write()
    {
        var order = Accepted(stations: ["main", "main"]);
        var ready = OrderRules.Progress(order, Says("main", TicketStatus.Done), Pickup, Now);

        Assert.Equal([OrderStatus.InKitchen, OrderStatus.Ready], OrderRules.StepsSince(ready, order.Version).Select(step => step.Status));
    }

    [Fact]
    public void A_dish_that_cooks_by_the_clock_is_looked_at_when_it_should_be_done_and_one_that_a_cook_watches_is_not()
    {
        var order = Accepted(stations: ["main", "main"]);

        var automatic = OrderRules.Progress(order, Says("main", TicketStatus.Cooking), Pickup, Now);
        var manual = OrderRules.Progress(order, Says("main", TicketStatus.Cooking, StationMode.Manual), Pickup, Now);

        Assert.True(automatic.DueAt > automatic.Tickets[0].DueAt, $"due at {automatic.DueAt}");
        Assert.Null(manual.DueAt);
    }

    [Fact]
    public void The_steps_since_a_version_are_those_after_it()
    {
        var order = Ready();

        Assert.Equal(order.History, OrderRules.StepsSince(order, 0));
        Assert.Equal([order.History[^1]], OrderRules.StepsSince(order, order.Version - 1).AsEnumerable());
        Assert.Empty(OrderRules.StepsSince(order, order.Version));
        Assert.Empty(OrderRules.StepsSince(order, order.Version + 5));
    }

    [Fact]
    public void An_abandoned_row_is_no_order()
    {
        Assert.False(OrderRules.Exists(null));
        Assert.False(OrderRules.Exists(new OrderState()));
        Assert.False(OrderRules.Exists(Draft() with { Status = OrderStatus.Abandoned }));
        Assert.True(OrderRules.Exists(Draft()));
    }

    private static OrderState Draft(string[]? stations = null)
    {
        stations ??= ["main", "grill"];
        return OrderRules.Draft(
            new GrainKey("iut", "o1"),
            new PlaceOrder("student1", "Student One", [new("soup", 1, null), new("ramen", 2, null)], Fulfilment.Pickup, PaymentMethod.Cash),
            new Priced.Lines(
                [
                    new OrderLine("soup", "Soup", 1, new Money(15_000, "BDT"), null, stations[0], 4),
                    new OrderLine("ramen", "Ramen", 2, new Money(32_000, "BDT"), null, stations[1], 9),
                ],
                new Money(79_000, "BDT")),
            "fingerprint", Now);
    }

    private static OrderState Accepted(string[]? stations = null)
    {
        stations ??= ["main", "grill"];
        var promises = stations.Distinct().Select((station, index) =>
            new StationPromise(station, PrepSeconds: 9, new SlotPromise(Now.AddSeconds(10 * index), Now.AddSeconds(20 * (index + 1)), StationMode.Auto)));
        return OrderRules.Accept(Draft(stations), new Secured("a1", [3, 8], [.. promises]), Now);
    }

    private static OrderState InKitchen() => Step(Accepted(), TicketStep.Start, "main")!;

    private static OrderState Ready() =>
        Step(Step(Step(InKitchen(), TicketStep.Done, "main")!, TicketStep.Start, "grill")!, TicketStep.Done, "grill")!;

    private static OrderState? Step(OrderState order, TicketStep step, string station) =>
        OrderRules.StepTicket(order, new StepTicket(station, step, Cook), Pickup, Now);

    private static Dictionary<string, TicketProgress> Says(string station, TicketStatus status, StationMode mode = StationMode.Auto) =>
        new() { [station] = new TicketProgress(status, Now, Now.AddSeconds(9), mode) };
}
