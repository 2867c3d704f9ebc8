using Cafeteria.Kitchen;
using Cafeteria.Orders;
using FsCheck;
using FsCheck.Fluent;

namespace Cafeteria.Tests.Models;

/// <summary>
/// Three orders that want more than there is, placed, cancelled, cooked and collected in any sequence, on writes that fail
/// or are not told of, a station that is out of reach now and then, and activations that begin anew.
/// </summary>
public sealed class OrderHistories(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private const int Portions = 5;
    private static readonly Actor Student = new("student1", false);

    private enum Kind
    {
        Place,
        CancelByStudent,
        CancelByStaff,
        Start,
        Done,
        Recall,
        PutBack,
        Complete,
        Advance,
        Wait,
        WaitLong,
        BeginAnew,
    }

    private sealed record Command(Kind Kind, int Order, int Quantity, Trouble Trouble, bool StationIsDown)
    {
        public string Id => $"o{Order}";
    }

    private static readonly Gen<Kind> Kinds = Gen.Frequency((4, Gen.Constant(Kind.Place)), (2, Gen.Elements(Kind.Start, Kind.Done, Kind.Recall, Kind.PutBack)), (5, Gen.Elements(Enum.GetValues<Kind>())));

    private static Gen<Command> Commands(Gen<Kind> kinds, Gen<Trouble> troubles) =>
        from kind in kinds
        from order in Gen.Choose(1, 3)
        from quantity in Gen.Choose(1, 3)
        from trouble in troubles
        from down in Gen.Choose(1, 5)
        select new Command(kind, order, quantity, trouble, down == 1);

    [Fact]
    public void Whatever_happens_orders_answer_as_their_model_and_the_stock_follows_them() =>
        Histories.Hold(50, Commands(Kinds, Histories.SomeTrouble), history => RunAsync(history, new OrderModel(Portions)));

    [Fact]
    public void A_model_that_takes_back_what_was_cooked_is_found_out() => IsFoundOut(
        OrderModel.Bug.ReturnsWhatWasCooked, Gen.Constant(Trouble.None), Kind.Place, Kind.Start, Kind.CancelByStaff);

    [Fact]
    public void A_model_in_which_students_cancel_what_is_being_cooked_is_found_out() => IsFoundOut(
        OrderModel.Bug.StudentsCancelTooLate, Gen.Constant(Trouble.None), Kind.Place, Kind.Start, Kind.CancelByStudent);

    [Fact]
    public void A_model_that_forgets_a_write_whose_answer_was_lost_is_found_out() => IsFoundOut(
        OrderModel.Bug.ForgetsALostAnswer, Histories.Often(Trouble.NotTold), Kind.Place, Kind.Start);

    private void IsFoundOut(OrderModel.Bug bug, Gen<Trouble> troubles, params Kind[] kinds) =>
        Histories.AreBrokenBy(
            500, Commands(Gen.Elements(kinds), troubles), history => RunAsync(history, new OrderModel(Portions, bug), settle: false), shortest: 10, length: 12);

    private async Task RunAsync(Command[] history, OrderModel model, bool settle = true)
    {
        var cafe = await fixture.OpenAsync(("soup", Portions));
        await cafe.WithoutKitchenAsync();
        foreach (var command in history)
        {
            await StepAsync(cafe, model, command, settle);
            await AssertSameAsync(cafe, model);
        }

        if (!settle)
            return;

        await WaitAsync(cafe, model, TimeSpan.FromMinutes(1), stationIsDown: false, settle);
        await AssertSameAsync(cafe, model);
        await cafe.BooksAreAsync("soup", model.Sold);
        Assert.Equal(model.Sold, (await cafe.RowsAsync("soup")).Sold);
    }

    private static async Task StepAsync(Cafe cafe, OrderModel model, Command command, bool settle)
    {
        // One that is put off may be tried before or after the portions of an untold cancellation are back.
        if (command.Kind is Kind.CancelByStudent or Kind.CancelByStaff && model.SomethingIsPending)
            command = command with { Trouble = Trouble.None };
        // One that is there already may be answered without a write, or after one that finds it.
        if (command.Kind is Kind.Place && model.Find(command.Id) is not null)
            command = command with { Trouble = Trouble.None };
        // A step back that nobody was told of did not reach the station either, and the order goes by the station when it next looks.
        if (command is { Kind: Kind.Recall or Kind.PutBack, Trouble: Trouble.NotTold })
            command = command with { Trouble = Trouble.NotWritten };
        var (order, id, now) = (cafe.Order(command.Id), command.Id, cafe.Silo.Clock.GetUtcNow());
        // One order at a time is put off, so that which of them is tried first is no question.
        var down = command.StationIsDown && !model.SomethingIsPending && command.Trouble is Trouble.None;
        switch (command.Kind)
        {
            case Kind.Place:
                await OnStockAsync(cafe, model, settle);
                var placed = await AskAsync(cafe, command, down, () => cafe.PlaceAsync(id, ("soup", command.Quantity)));
                AssertAnswer(model.Place(id, command.Quantity, down, command.Trouble, now), placed, placed switch
                {
                    PlaceResult.Accepted accepted => accepted.Replayed ? OrderModel.Answer.Replayed : OrderModel.Answer.Done,
                    PlaceResult.KeyReused => OrderModel.Answer.KeyReused,
                    _ => OrderModel.Answer.OutOfStock,
                });
                break;
            case Kind.CancelByStudent:
            case Kind.CancelByStaff:
                var by = command.Kind is Kind.CancelByStudent ? Student : Cafe.Cook;
                var cancelled = await AskAsync(cafe, command, false, () => order.Cancel(new CancelOrder(by, null)));
                AssertAnswer(model.Cancel(id, by.IsStaff, command.Trouble), cancelled);
                if (cancelled is null)
                    await WaitAsync(cafe, model, TimeSpan.FromSeconds(31), false, settle, told: false);
                if (!settle)
                    await Task.Delay(60); // where a wrong model must not wait in vain; the count takes 50 ms
                break;
            case Kind.Start:
            case Kind.Done:
            case Kind.Recall:
            case Kind.PutBack:
                var step = Enum.Parse<TicketStep>(command.Kind.ToString());
                AssertAnswer(
                    model.Step(id, step, command.Trouble, now), await AskAsync(cafe, command, false, () => order.StepTicket(new StepTicket("main", step, Cafe.Cook))));
                break;
            case Kind.Complete:
                AssertAnswer(model.Complete(id, command.Trouble), await AskAsync(cafe, command, false, () => order.Complete(Cafe.Cook)));
                break;
            case Kind.Advance:
                await order.Advance();
                model.Advance(command.Id);
                break;
            case Kind.Wait:
                await WaitAsync(cafe, model, TimeSpan.FromSeconds(31), command.StationIsDown, settle);
                break;
            case Kind.WaitLong:
                await WaitAsync(cafe, model, OrderModel.PickupWindow + TimeSpan.FromSeconds(1), false, settle);
                break;
            default:
                if (model.SomethingIsPending)
                    await OnStockAsync(cafe, model, settle);
                await cafe.DeactivateAsync(order);
                if (model.Find(id)?.Status is OrderStatus.Cancelled) // it may not have told of it yet: the sweeper will
                    await WaitAsync(cafe, model, TimeSpan.FromSeconds(31), false, settle, told: false);
                break;
        }
    }

    /// <summary>Null: the write was not answered.</summary>
    private static async Task<T?> AskAsync<T>(Cafe cafe, Command command, bool stationIsDown, Func<Task<T>> ask)
        where T : class
    {
        T? answer = null;
        if (stationIsDown)
            cafe.Faults.Once("Promise", cafe.Key("main"), Faults.Unreachable);
        await cafe.Faults.AnsweredAsync(command.Trouble, cafe.Key(command.Id), async () => answer = await ask());
        cafe.Faults.Clear("Promise", cafe.Key("main"));
        return answer;
    }

    private static void AssertAnswer(OrderModel.Answer expected, StepResult? actual) => AssertAnswer(expected, actual, actual switch
    {
        StepResult.Done => OrderModel.Answer.Done,
        StepResult.Refused => OrderModel.Answer.Refused,
        _ => OrderModel.Answer.NotFound,
    });

    private static void AssertAnswer(OrderModel.Answer expected, object? actual, OrderModel.Answer kind)
    {
        if (actual is not null)
            Assert.Equal(expected, kind);
        else
            Assert.Equal(OrderModel.Answer.Done, expected); // only what writes can go unanswered
    }

    private static async Task AssertSameAsync(Cafe cafe, OrderModel model)
    {
        foreach (var id in new[] { "o1", "o2", "o3" })
        {
            var (expected, actual) = (model.Find(id), await cafe.Order(id).Get());
            Assert.Equal(expected is null, actual is null);
            if (expected is null)
                continue;
            Assert.Equal(expected.History, actual!.History.Select(step => step.Status));
            Assert.Equal((expected.Status, expected.Quantity, expected.Sold), (actual.Status, actual.Lines[0].Quantity, !actual.Sold.IsEmpty));
            if (actual.Tickets is [var ticket])
                Assert.Equal(expected.Ticket, ticket.Status);
        }
    }

    /// <summary>Leases run out, and the sweeper comes. Portions given back are on sale again a moment later.</summary>
    private static async Task WaitAsync(Cafe cafe, OrderModel model, TimeSpan time, bool stationIsDown, bool settle, bool told = true)
    {
        if (told)
            await OnStockAsync(cafe, model, settle);
        if (stationIsDown) // before the clock moves: an order that is put off has a timer of its own
            cafe.Faults.Once("Promise", cafe.Key("main"), Faults.Unreachable);
        cafe.Silo.Clock.Advance(time);
        await Waiting.UntilAsync(() => cafe.Item("soup").Get(), level => level.Held == 0, "every lease to have run out");
        model.Sweep(stationIsDown, cafe.Silo.Clock.GetUtcNow());
        await cafe.SweepAsync();
        // An item that asked twice has a question in the order's mailbox yet: its write would meet the next command's trouble.
        foreach (var id in new[] { "o1", "o2", "o3" })
            await cafe.Order(id).Advance();
        cafe.Faults.Clear("Promise", cafe.Key("main"));
        await OnStockAsync(cafe, model, settle);
    }

    private static Task OnStockAsync(Cafe cafe, OrderModel model, bool settle) => settle
        ? Waiting.UntilAsync(() => cafe.Item("soup").Get(), level => level.OnHand == model.OnHand, $"soup to have {model.OnHand} on hand")
        : Task.CompletedTask;
}
