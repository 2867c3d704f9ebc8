using Cafeteria.Kitchen;
using FsCheck;
using FsCheck.Fluent;

namespace Cafeteria.Tests.Kitchen;

/// <summary>Any traffic at an automatic station: promises kept or not, tickets twice, withdrawn, the clock going on.</summary>
public sealed class StationQueueProperties
{
    private const int Cooks = 3;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 17, 30, 0, TimeSpan.Zero);

    private enum Kind
    {
        Promise,
        Queue,
        Withdraw,
        Wait,
        Tick,
    }

    private sealed record Event(Kind Kind, int Order, int Seconds);

    [Fact]
    public void Never_do_more_dishes_cook_at_once_than_there_are_cooks() =>
        Check(events =>
        {
            var (queue, now) = Run(events);
            queue.Tick(now, 1_000);
            // From now on, each waiting ticket as it is planned at this moment.
            var spans = queue.Tickets(now, 1_000)
                .Where(ticket => ticket.Status is not TicketStatus.Done)
                .Select(ticket => (From: ticket.DueAt.AddSeconds(-PrepOf(ticket.OrderId)), To: ticket.DueAt))
                .ToArray();
            return spans.All(span => spans.Count(other => other.From <= span.From && span.From < other.To) <= Cooks);
        });

    [Fact]
    public void Every_queued_ticket_is_done_when_its_time_has_come_and_its_order_is_told() =>
        Check(events =>
        {
            var (queue, now) = Run(events);
            var waiting = queue.Tickets(now, 1_000).Where(ticket => ticket.Status is not TicketStatus.Done).Select(ticket => ticket.OrderId).ToHashSet();
            var end = now.AddHours(1);

            var told = queue.Tick(end, 10_000).ToHashSet();

            return waiting.IsSubsetOf(told) && waiting.All(order => Queue(queue, order, end).Status is TicketStatus.Done);
        });

    [Fact]
    public void The_count_of_open_promises_is_never_wrong() =>
        Check(events =>
        {
            var (queue, now) = Run(events);
            queue.Tick(now.AddMinutes(1), 1_000);
            return queue.Promised == 0;
        });

    private static (StationQueue Queue, DateTimeOffset Now) Run(Event[] events)
    {
        var queue = new StationQueue(Cooks, StationMode.Auto);
        var now = Start;
        foreach (var item in events)
        {
            var order = $"o{item.Order}";
            switch (item.Kind)
            {
                case Kind.Promise:
                    queue.Promise(new PromiseSlot(order, $"a{item.Seconds % 2}", PrepOf(order)), now, TimeSpan.FromSeconds(10));
                    break;
                case Kind.Queue:
                    Queue(queue, order, now);
                    break;
                case Kind.Withdraw:
                    queue.Withdraw(order);
                    break;
                case Kind.Wait:
                    now = now.AddSeconds(item.Seconds);
                    break;
                default:
                    foreach (var due in queue.Tick(now, 1_000))
                        Queue(queue, due, now);
                    break;
            }
        }

        return (queue, now);
    }

    private static int PrepOf(string order) => 3 + int.Parse(order[1..], System.Globalization.CultureInfo.InvariantCulture) % 5;

    private static TicketProgress Queue(StationQueue queue, string order, DateTimeOffset now) =>
        queue.Queue(new QueueTicket(order, "A-001", new Ticket("main", TicketStatus.Queued, now, now, now.AddSeconds(PrepOf(order)), PrepOf(order)), []), now);

    private static void Check(Func<Event[], bool> holds) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000).WithEndSize(80),
            Prop.ForAll(
                Gen.ArrayOf(
                    from kind in Gen.Elements(Enum.GetValues<Kind>())
                    from order in Gen.Choose(1, 12)
                    from seconds in Gen.Choose(1, 8)
                    select new Event(kind, order, seconds)).ToArbitrary(),
                holds));
}
