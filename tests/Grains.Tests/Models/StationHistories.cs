using Cafeteria.Kitchen;
using Cafeteria.Orders;
using FsCheck;
using FsCheck.Fluent;
using Orleans.Runtime;

namespace Cafeteria.Tests.Models;

/// <summary>
/// A kitchen station with orders that are promised, queued, cooked, recalled and withdrawn, cooks that come and go, a
/// configuration that is not always written, and activations that begin anew from the orders' rows. The test is the orders:
/// the rows say what they recorded, and nobody but the test moves them.
/// </summary>
public sealed class StationHistories(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int Prep = 5;

    private enum Kind
    {
        Promise,
        Queue,
        Step,
        Withdraw,
        Configure,
        Wait,
        BeginAnew,
    }

    private sealed record Command(Kind Kind, int Order, int Number, Trouble Trouble)
    {
        public string Id => $"o{Order}";
    }

    private static readonly Gen<Kind> Kinds = Gen.Frequency((4, Gen.Constant(Kind.Queue)), (3, Gen.Constant(Kind.Step)), (6, Gen.Elements(Enum.GetValues<Kind>())));

    private static Gen<Command> Commands(Gen<Kind> kinds, Gen<Trouble> troubles) =>
        from kind in kinds
        from order in Gen.Choose(1, 5)
        from number in Gen.Choose(1, 6)
        from trouble in troubles
        select new Command(kind, order, number, trouble);

    /// <summary>Put into the model on purpose.</summary>
    private enum Bug
    {
        None,
        WithdrawnTicketsComeBack,
        AConfigurationThatFailedIsKept,
        BeginningAnewForgetsTheQueue,
    }

    [Fact]
    public void Whatever_happens_the_station_shows_what_the_orders_recorded_and_no_more_cook_than_there_are_cooks() =>
        Histories.Hold(60, Commands(Kinds, Histories.SomeTrouble), history => RunAsync(history, Bug.None));

    [Fact]
    public void A_model_in_which_withdrawn_tickets_come_back_is_found_out() => IsFoundOut(
        Bug.WithdrawnTicketsComeBack, Gen.Constant(Trouble.None), Kind.Queue, Kind.Withdraw);

    [Fact]
    public void A_model_that_keeps_a_configuration_that_failed_is_found_out() => IsFoundOut(
        Bug.AConfigurationThatFailedIsKept, Histories.Often(Trouble.NotWritten), Kind.Configure, Kind.Queue);

    [Fact]
    public void A_model_that_begins_anew_without_its_queue_is_found_out() => IsFoundOut(
        Bug.BeginningAnewForgetsTheQueue, Gen.Constant(Trouble.None), Kind.Queue, Kind.BeginAnew);

    private void IsFoundOut(Bug bug, Gen<Trouble> troubles, params Kind[] kinds) =>
        Histories.AreBrokenBy(500, Commands(Gen.Elements(kinds), troubles), history => RunAsync(history, bug), shortest: 5);

    private async Task RunAsync(Command[] history, Bug bug)
    {
        var cafe = new Cafe(fixture.Silo, Histories.NextTenant());
        var station = cafe.Station();
        var (cooks, mode) = (2, StationMode.Manual);
        var orders = new Dictionary<string, Row>(); // as recorded: what the station must show
        var withdrawn = new HashSet<string>();
        await station.Configure(new ConfigureStation(cooks, mode));
        foreach (var command in history)
        {
            var (id, now) = (command.Id, cafe.Silo.Clock.GetUtcNow());
            switch (command.Kind)
            {
                case Kind.Promise when !orders.ContainsKey(id) && !withdrawn.Contains(id):
                    var promise = await station.Promise(new PromiseSlot(id, $"a{command.Number % 2}", Prep));
                    Assert.Equal(promise, await station.Promise(new PromiseSlot(id, $"a{command.Number % 2}", Prep)));
                    Assert.Equal(TimeSpan.FromSeconds(Prep), promise.ReadyAt - promise.StartsAt);
                    break;
                case Kind.Queue when !withdrawn.Contains(id):
                    if (!orders.TryGetValue(id, out var queued))
                        orders[id] = queued = await Row.PlacedAsync(cafe, id, now);
                    Assert.Equal(queued.Ticket.Status, (await station.Queue(queued.Command)).Status);
                    break;
                case Kind.Step when orders.TryGetValue(id, out var stepped) && Next(stepped.Ticket.Status, command.Number) is { } status:
                    await stepped.RecordAsync(status, now);
                    if (command.Trouble is Trouble.None)
                        await station.Record(id, status);
                    Assert.Equal(status, (await station.Queue(stepped.Command)).Status); // the order carries on
                    break;
                case Kind.Withdraw:
                    if (orders.TryGetValue(id, out var cancelled) && withdrawn.Add(id))
                        await cancelled.CancelAsync();
                    if (bug is not Bug.WithdrawnTicketsComeBack)
                        orders.Remove(id);
                    await station.Withdraw(id);
                    break;
                case Kind.Configure:
                    var configure = new ConfigureStation(command.Number, mode);
                    var answered = await cafe.Faults.AnsweredAsync(command.Trouble, cafe.Key("main"), () => station.Configure(configure));
                    if (answered || command.Trouble is Trouble.NotTold || bug is Bug.AConfigurationThatFailedIsKept)
                        cooks = command.Number;
                    break;
                case Kind.Wait:
                    cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(command.Number));
                    break;
                case Kind.BeginAnew:
                    await cafe.DeactivateAsync(station);
                    if (bug is Bug.BeginningAnewForgetsTheQueue)
                        orders.Clear();
                    break;
            }

            var view = await station.Get();
            var open = orders.Where(order => order.Value.Ticket.Status is not TicketStatus.Done).ToDictionary(order => order.Key, order => order.Value.Ticket.Status);
            Assert.Equal((cooks, mode), (view.Cooks, view.Mode));
            Assert.Equal(
                open.OrderBy(order => order.Key, StringComparer.Ordinal),
                (await station.Tickets()).Where(ticket => ticket.Status is not TicketStatus.Done)
                    .ToDictionary(ticket => ticket.OrderId, ticket => ticket.Status).OrderBy(ticket => ticket.Key, StringComparer.Ordinal));
            Assert.Equal(
                (open.Values.Count(status => status is TicketStatus.Queued), open.Values.Count(status => status is TicketStatus.Cooking)),
                (view.Queued, view.Cooking));
        }

        await FinishAutomaticallyAsync(cafe, station, orders, cooks);
    }

    /// <summary>The clock takes over: whatever the cooks left is planned, never more at once than there are cooks, and gets done.</summary>
    private static async Task FinishAutomaticallyAsync(Cafe cafe, IKitchenStationGrain station, Dictionary<string, Row> orders, int cooks)
    {
        await station.Configure(new ConfigureStation(cooks, StationMode.Auto));
        var open = orders.Where(order => order.Value.Ticket.Status is not TicketStatus.Done).ToArray();
        var waiting = open.Where(order => order.Value.Ticket.Status is TicketStatus.Queued).Select(order => order.Key).ToHashSet();
        var spans = (await station.Tickets()).Where(ticket => waiting.Contains(ticket.OrderId)).Select(ticket => ticket.DueAt).ToArray();
        Assert.All(spans, due => Assert.InRange(spans.Count(other => other <= due && other > due.AddSeconds(-Prep)), 1, cooks));
        cafe.Silo.Clock.Advance(TimeSpan.FromMinutes(1));
        foreach (var (_, order) in open)
            Assert.Equal(TicketStatus.Done, (await station.Queue(order.Command)).Status);
    }

    private static TicketStatus? Next(TicketStatus status, int number) => status switch
    {
        TicketStatus.Queued => TicketStatus.Cooking,
        TicketStatus.Cooking => TicketStatus.Done,
        _ => number <= 2 ? TicketStatus.Cooking : null, // recalled
    };

    /// <summary>An order as its row has it.</summary>
    private sealed class Row(Cafe cafe, GrainState<OrderState> state)
    {
        public Ticket Ticket => state.State!.Tickets[0];

        public QueueTicket Command => new(state.State!.OrderId, state.State.Number, Ticket, []);

        public static async Task<Row> PlacedAsync(Cafe cafe, string id, DateTimeOffset now)
        {
            // Nudged, the real order would go on by itself.
            cafe.Faults.Always("Nudge", cafe.Key(id), Faults.Lost);
            var row = new Row(cafe, new GrainState<OrderState>(new OrderState
            {
                Tenant = cafe.Tenant,
                OrderId = id,
                Student = "student1",
                Number = "A-001",
                Status = OrderStatus.StockVerified,
                PlacedAt = now,
                Total = new Money(1, "BDT"),
                Tickets = [new Ticket("main", TicketStatus.Queued, now, now, now.AddSeconds(Prep), Prep)],
            }));
            await row.WriteAsync();
            return row;
        }

        public Task RecordAsync(TicketStatus status, DateTimeOffset now)
        {
            var ticket = status is TicketStatus.Cooking ? Ticket with { Status = status, StartsAt = now, DueAt = now.AddSeconds(Prep) } : Ticket with { Status = status };
            state.State = state.State! with { Status = status is TicketStatus.Done ? OrderStatus.Ready : OrderStatus.InKitchen, Tickets = [ticket] };
            return WriteAsync();
        }

        public Task CancelAsync()
        {
            state.State = state.State! with { Status = OrderStatus.Cancelled };
            return WriteAsync();
        }

        private Task WriteAsync() => cafe.Silo.OrderStorage.WriteStateAsync("order", cafe.Order(state.State!.OrderId).GetGrainId(), state);
    }
}
