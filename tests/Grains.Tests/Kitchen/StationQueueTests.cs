using Cafeteria.Kitchen;

namespace Cafeteria.Tests.Kitchen;

public sealed class StationQueueTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 17, 30, 0, TimeSpan.Zero);
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);

    [Fact]
    public void As_many_dishes_cook_at_once_as_there_are_cooks()
    {
        var queue = new StationQueue(2, StationMode.Auto);

        var starts = Enumerable.Range(1, 5).Select(n => (int)(Promise(queue, $"o{n}", 10).StartsAt - Now).TotalSeconds);

        Assert.Equal([0, 0, 10, 10, 20], starts);
    }

    [Fact]
    public void The_same_attempt_is_promised_the_same_slot_again()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        var first = Promise(queue, "o1", 10);
        Promise(queue, "o2", 10);

        Assert.Equal(first, Promise(queue, "o1", 10));
        Assert.Equal(2, queue.Promised);
    }

    [Fact]
    public void Another_attempt_of_the_same_order_gives_the_old_slot_up()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Promise(queue, "o1", 10, "a1");
        Promise(queue, "o1", 10, "a2");
        queue.Tick(Now, 100);

        Assert.Equal(1, queue.Promised);
        Assert.Equal(Now.AddSeconds(10), Promise(queue, "o2", 10).StartsAt);
    }

    [Fact]
    public void However_often_the_plan_is_made_anew_no_more_is_watched_than_there_are_tickets()
    {
        var automatic = new StationQueue(1, StationMode.Auto);
        var manual = new StationQueue(1, StationMode.Manual);
        foreach (var queue in (StationQueue[])[automatic, manual])
            for (var n = 0; n < 50; n++)
            {
                Queue(queue, $"o{n}", 10, Now);
                queue.Configure(1 + n % 3, queue.Mode, Now);
            }

        Assert.Equal((100, 0), (automatic.Watched, manual.Watched));
    }

    [Fact]
    public void Who_waited_for_a_cook_is_told_at_once_that_now_the_clock_decides()
    {
        var queue = new StationQueue(1, StationMode.Manual);
        Queue(queue, "o1", 10, Now);
        Queue(queue, "o2", 10, Now);
        Assert.Empty(queue.Tick(Now, 100));

        queue.Configure(1, StationMode.Auto, Now);

        Assert.Equal(["o1", "o2"], queue.Tick(Now, 100).Distinct().Order());
    }

    [Fact]
    public void A_promise_that_nobody_queues_in_time_is_forgotten_and_its_slot_is_free()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Promise(queue, "o1", 60);

        queue.Tick(Now + Keep, 100);

        Assert.Equal(0, queue.Promised);
        Assert.Equal(Now + Keep, queue.Promise(new PromiseSlot("o2", "a", 10), Now + Keep, Keep).StartsAt);
    }

    [Fact]
    public void A_queued_ticket_is_not_forgotten_with_the_promises()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Promise(queue, "o1", 60);
        Queue(queue, "o1", 60, Now);

        queue.Tick(Now + Keep, 100);

        Assert.Equal((0, 1), queue.Count(Now + Keep));
    }

    [Fact]
    public void A_ticket_queued_twice_takes_one_slot()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Promise(queue, "o1", 10);

        Assert.Equal(Queue(queue, "o1", 10, Now), Queue(queue, "o1", 10, Now));
        Assert.Equal(Now.AddSeconds(10), Promise(queue, "o2", 10).StartsAt);
    }

    [Fact]
    public void In_auto_mode_the_clock_cooks()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Queue(queue, "o1", 10, Now);
        Queue(queue, "o2", 10, Now);

        Assert.Equal(TicketStatus.Cooking, Queue(queue, "o1", 10, Now).Status);
        Assert.Equal(TicketStatus.Queued, Queue(queue, "o2", 10, Now.AddSeconds(9)).Status);
        Assert.Equal(TicketStatus.Done, Queue(queue, "o1", 10, Now.AddSeconds(10)).Status);
        Assert.Equal(TicketStatus.Cooking, Queue(queue, "o2", 10, Now.AddSeconds(10)).Status);
    }

    [Fact]
    public void In_manual_mode_nothing_happens_before_a_cook_says_so()
    {
        var queue = new StationQueue(1, StationMode.Manual);
        Queue(queue, "o1", 10, Now);

        Assert.Equal(TicketStatus.Queued, Queue(queue, "o1", 10, Now.AddHours(1)).Status);
        Assert.Empty(queue.Tick(Now.AddHours(1), 100));
        queue.Record("o1", TicketStatus.Cooking, Now.AddHours(1));
        Assert.Equal(TicketStatus.Cooking, Queue(queue, "o1", 10, Now.AddHours(2)).Status);
        queue.Record("o1", TicketStatus.Done, Now.AddHours(2));
        Assert.Equal(TicketStatus.Done, Assert.Single(queue.Tickets(Now.AddHours(2), 100)).Status);
    }

    [Fact]
    public void Orders_are_told_when_their_dish_begins_and_when_it_is_done()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Queue(queue, "o1", 10, Now);
        Queue(queue, "o2", 10, Now);

        Assert.Equal(["o1"], queue.Tick(Now, 100));
        Assert.Equal(["o1", "o2"], queue.Tick(Now.AddSeconds(10), 100));
        Assert.Equal(["o2"], queue.Tick(Now.AddSeconds(20), 100));
    }

    [Fact]
    public void A_rush_of_due_tickets_is_told_in_portions_and_none_is_left_out()
    {
        var queue = new StationQueue(50, StationMode.Auto);
        for (var n = 0; n < 50; n++)
            Queue(queue, $"o{n}", 10, Now);

        var told = new List<string>();
        for (var tick = 0; tick < 10; tick++)
            told.AddRange(queue.Tick(Now, 7));

        Assert.Equal(50, told.Distinct().Count());
    }

    [Fact]
    public void Who_waits_moves_up_when_somebody_before_them_goes()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Queue(queue, "o1", 10, Now);
        Queue(queue, "o2", 60, Now);
        Queue(queue, "o3", 10, Now);

        queue.Withdraw("o2");
        queue.Tick(Now, 100);

        Assert.Equal(Now.AddSeconds(10), Queue(queue, "o3", 10, Now).StartsAt);
    }

    [Fact]
    public void Withdrawing_twice_or_what_was_never_there_changes_nothing()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Promise(queue, "o1", 10);
        queue.Withdraw("o1");
        queue.Withdraw("o1");
        queue.Withdraw("o9");

        Assert.Equal(0, queue.Promised);
        Assert.Empty(queue.Tickets(Now, 100));
    }

    [Fact]
    public void A_ticket_that_was_cooking_before_the_station_forgot_it_goes_on_where_it_was()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        var ticket = new Ticket("main", TicketStatus.Cooking, Now, Now, Now.AddSeconds(10), 10);

        var progress = queue.Queue(new QueueTicket("o1", "A-001", ticket, []), Now.AddSeconds(4));

        Assert.Equal((TicketStatus.Cooking, Now.AddSeconds(10)), (progress.Status, progress.DueAt));
        Assert.Equal(TicketStatus.Done, Queue(queue, "o1", 10, Now.AddSeconds(10)).Status);
    }

    [Fact]
    public void A_done_ticket_can_be_recalled_and_is_cooked_again()
    {
        var queue = new StationQueue(1, StationMode.Manual);
        Queue(queue, "o1", 10, Now);
        queue.Record("o1", TicketStatus.Cooking, Now);
        queue.Record("o1", TicketStatus.Done, Now.AddSeconds(5));

        queue.Record("o1", TicketStatus.Cooking, Now.AddSeconds(20));

        var ticket = Assert.Single(queue.Tickets(Now.AddSeconds(20), 100));
        Assert.Equal((TicketStatus.Cooking, Now.AddSeconds(30)), (ticket.Status, ticket.DueAt));
    }

    [Theory]
    [InlineData("Manual")]
    [InlineData("Auto")]
    public void A_recall_that_the_station_was_not_told_of_is_the_orders_word_when_it_carries_on(string mode)
    {
        var queue = new StationQueue(1, Enum.Parse<StationMode>(mode));
        Queue(queue, "o1", 10, Now);
        queue.Record("o1", TicketStatus.Cooking, Now);
        queue.Record("o1", TicketStatus.Done, Now.AddSeconds(5));

        var recalled = new Ticket("main", TicketStatus.Cooking, Now, Now.AddSeconds(20), Now.AddSeconds(30), 10);
        Assert.Equal(TicketStatus.Cooking, queue.Queue(new QueueTicket("o1", "A-001", recalled, []), Now.AddSeconds(21)).Status);

        Assert.Equal(TicketStatus.Cooking, Assert.Single(queue.Tickets(Now.AddSeconds(21), 100)).Status);
    }

    [Fact]
    public void A_ticket_whose_order_says_it_is_done_is_shown_once_when_it_is_recalled()
    {
        var queue = new StationQueue(1, StationMode.Manual);
        Queue(queue, "o1", 10, Now);
        queue.Queue(new QueueTicket("o1", "A-001", new Ticket("main", TicketStatus.Done, Now, Now, Now, 10), []), Now);
        Assert.Single(queue.Tickets(Now, 100));

        queue.Record("o1", TicketStatus.Cooking, Now);

        Assert.Single(queue.Tickets(Now, 100));
    }

    [Fact]
    public void An_order_that_has_yet_to_record_what_the_clock_said_is_told_again()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        var cooking = Queue(queue, "o1", 10, Now);
        Assert.Equal(TicketStatus.Done, Queue(queue, "o1", 10, Now.AddSeconds(10)).Status);

        var recorded = new Ticket("main", TicketStatus.Cooking, Now, cooking.StartsAt, cooking.DueAt, 10);
        Assert.Equal(TicketStatus.Done, queue.Queue(new QueueTicket("o1", "A-001", recorded, []), Now.AddSeconds(11)).Status);
    }

    [Fact]
    public void Done_tickets_leave_the_screen_after_a_while()
    {
        var queue = new StationQueue(1, StationMode.Manual);
        Queue(queue, "o1", 10, Now);
        queue.Record("o1", TicketStatus.Cooking, Now);
        queue.Record("o1", TicketStatus.Done, Now);

        queue.Tick(Now.AddMinutes(5), 100);

        Assert.Empty(queue.Tickets(Now.AddMinutes(5), 100));
    }

    [Fact]
    public void A_ticket_that_waits_for_a_cook_stays_late_however_often_the_plan_is_made_anew()
    {
        var queue = new StationQueue(1, StationMode.Manual);
        Queue(queue, "o1", 60, Now);

        queue.Configure(2, StationMode.Manual, Now.AddMinutes(10));

        Assert.Equal(Now.AddSeconds(60), Assert.Single(queue.Tickets(Now.AddMinutes(10), 100)).DueAt);
        queue.Record("o1", TicketStatus.Cooking, Now.AddMinutes(11));
        Assert.Equal(Now.AddMinutes(12), Assert.Single(queue.Tickets(Now.AddMinutes(11), 100)).DueAt);
    }

    [Fact]
    public void With_more_cooks_those_who_wait_start_sooner()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        Queue(queue, "o1", 10, Now);
        Queue(queue, "o2", 10, Now);

        queue.Configure(2, StationMode.Auto, Now);

        Assert.Equal(TicketStatus.Cooking, Queue(queue, "o2", 10, Now).Status);
    }

    [Fact]
    public void A_cancelled_orders_ticket_that_arrives_late_does_not_stay_for_ever()
    {
        var queue = new StationQueue(1, StationMode.Auto);
        queue.Withdraw("o1");
        Queue(queue, "o1", 10, Now);
        var told = queue.Tick(Now.AddSeconds(10), 100);
        Assert.Contains("o1", told); // its order is asked, and withdraws it again

        queue.Withdraw("o1");
        Assert.Empty(queue.Tickets(Now.AddSeconds(10), 100));
    }

    private static SlotPromise Promise(StationQueue queue, string order, int seconds, string attempt = "a") =>
        queue.Promise(new PromiseSlot(order, attempt, seconds), Now, Keep);

    private static TicketProgress Queue(StationQueue queue, string order, int seconds, DateTimeOffset at) =>
        queue.Queue(new QueueTicket(order, "A-001", new Ticket("main", TicketStatus.Queued, Now, Now, Now.AddSeconds(seconds), seconds), []), at);
}
