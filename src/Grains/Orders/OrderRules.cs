using Cafeteria.Kitchen;
using Cafeteria.Stock;

namespace Cafeteria.Orders;

/// <summary>
/// The order's state machine. Each function answers the next state, ready to be written, or null when the step makes no
/// sense; none of them knows of grains or storage.
/// </summary>
internal static class OrderRules
{
    /// <summary>What follows an accepting write must have happened by then, or the sweeper looks.</summary>
    private static readonly TimeSpan Certain = TimeSpan.FromSeconds(5);

    /// <summary>A ticket's time has come, and its nudge should have; this much later the sweeper looks.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Whether there is an order; an abandoned row says that there is none.</summary>
    public static bool Exists(OrderState? order) => order is { OrderId.Length: > 0, Status: not OrderStatus.Abandoned };

    public static OrderState Draft(GrainKey key, PlaceOrder command, Priced.Lines priced, string fingerprint, DateTimeOffset now) => new()
    {
        Tenant = key.Tenant,
        OrderId = key.Id,
        Student = command.Student,
        StudentName = command.StudentName,
        Fingerprint = fingerprint,
        Lines = priced.Items,
        Total = priced.Total,
        Fulfilment = command.Fulfilment,
        Payment = command.Payment,
        PlacedAt = now,
        TraceId = command.TraceId,
        Status = OrderStatus.Pending,
        History = [new Transition(OrderStatus.Pending, now, command.Student, null)],
    };

    /// <summary>Stock is held and the kitchen has promised: the commit point of an order.</summary>
    public static OrderState Accept(OrderState order, Secured secured, DateTimeOffset now)
    {
        var sold = ImmutableArray.CreateBuilder<LedgerEntry>(order.Lines.Length);
        for (var line = 0; line < order.Lines.Length; line++)
            sold.Add(new LedgerEntry(secured.Attempt, order.Lines[line].ItemId, LedgerKind.Sold, order.Lines[line].Quantity, secured.Epochs[line]));
        var tickets = ImmutableArray.CreateRange(secured.Promises, static (promise, now) => ToTicket(promise, now), now);
        var ledger = sold.MoveToImmutable();
        return Step(order, OrderStatus.StockVerified, now, Actor.System.Login, null) with
        {
            Attempt = secured.Attempt,
            Sold = ledger,
            Appending = ledger,
            Tickets = tickets,
            ReadyAt = tickets.Max(ticket => ticket.DueAt),
            DueAt = Later(now + Certain, tickets.Min(ticket => ticket.StartsAt) + Grace),
        };
    }

    /// <summary>A part was out of reach: the order is taken and tried again, or given up after the last try.</summary>
    public static OrderState PutOff(OrderState order, TimeSpan[] retries, string reason, DateTimeOffset now) => order.Tries < retries.Length
        ? order with { Tries = order.Tries + 1, DueAt = now + retries[order.Tries], Appending = [] }
        : Reject(order, reason, now);

    public static OrderState Reject(OrderState order, string reason, DateTimeOffset now) =>
        Step(order, OrderStatus.Rejected, now, Actor.System.Login, reason) with { DueAt = null, ReadyAt = null, Appending = [] };

    /// <summary>
    /// Students may until the kitchen begins, staff until the end. Portions go back to stock only while nothing of them has
    /// been cooked: what was cooked is gone, whoever pays for it. It stays due until the others have been told.
    /// </summary>
    public static OrderState? Cancel(OrderState order, Actor by, string? reason, DateTimeOffset now)
    {
        var untouched = order.Status is OrderStatus.Pending or OrderStatus.StockVerified or OrderStatus.AwaitingPayment;
        if (order.Status.IsFinal() || (!untouched && !by.IsStaff))
            return null;
        var returned = untouched ? order.Sold.Select(entry => entry with { Kind = LedgerKind.Returned }).ToImmutableArray() : [];
        return Step(order, OrderStatus.Cancelled, now, by.Login, reason) with
        {
            DueAt = now + Certain,
            ReadyAt = null,
            Sold = untouched ? [] : order.Sold,
            Appending = returned,
        };
    }

    public static OrderState? Complete(OrderState order, Actor by, string? reason, DateTimeOffset now) => order.Status is OrderStatus.Ready
        ? Step(order, OrderStatus.Completed, now, by.Login, reason) with
        {
            DueAt = null,
            Appending = [],
            PaymentStatus = reason is null && order.Payment is PaymentMethod.Cash ? PaymentStatus.Paid : order.PaymentStatus,
        }
        : null;

    /// <summary>A cook's step at one station. The same step again answers the order as it is.</summary>
    public static OrderState? StepTicket(OrderState order, StepTicket command, TimeSpan pickupWindow, DateTimeOffset now)
    {
        if (order.Status is not (OrderStatus.StockVerified or OrderStatus.InKitchen or OrderStatus.Ready))
            return null;
        var ticket = order.Tickets.FirstOrDefault(ticket => ticket.StationId == command.StationId);
        var next = (command.Step, ticket?.Status) switch
        {
            (TicketStep.Start, TicketStatus.Queued) => Cook(ticket!, now),
            (TicketStep.Start, TicketStatus.Cooking) => ticket,
            (TicketStep.Done, TicketStatus.Cooking) => ticket! with { Status = TicketStatus.Done },
            (TicketStep.Done, TicketStatus.Done) => ticket,
            (TicketStep.Recall, TicketStatus.Done) => Cook(ticket!, now),
            (TicketStep.Recall, TicketStatus.Cooking) => ticket,
            (TicketStep.PutBack, TicketStatus.Cooking) => ticket! with { Status = TicketStatus.Queued },
            (TicketStep.PutBack, TicketStatus.Queued) => ticket,
            _ => null,
        };
        if (next is null)
            return null;
        return ReferenceEquals(next, ticket)
            ? order
            : Reconsider(order with { Tickets = order.Tickets.Replace(ticket!, next) }, command.By.Login, pickupWindow, now);
    }

    /// <summary>What the stations say of the tickets by now.</summary>
    public static OrderState Progress(
        OrderState order, IReadOnlyDictionary<string, TicketProgress> stations, TimeSpan pickupWindow, DateTimeOffset now)
    {
        var tickets = order.Tickets.Select(ticket => stations.TryGetValue(ticket.StationId, out var progress) && progress.Status > ticket.Status
            ? ticket with { Status = progress.Status, StartsAt = progress.StartsAt, DueAt = progress.DueAt }
            : ticket).ToImmutableArray();
        var moved = !tickets.SequenceEqual(order.Tickets);
        var next = moved ? Reconsider(order with { Tickets = tickets }, Actor.System.Login, pickupWindow, now) : order;
        if (next.Status is not (OrderStatus.StockVerified or OrderStatus.InKitchen) || (!moved && order.DueAt > now))
            return next;
        var due = NextLook(next, stations, now);
        return due == next.DueAt ? next : next with { DueAt = due, Appending = [] };
    }

    /// <summary>
    /// When the sweeper looks, should everyone else have forgotten. In a manual station nothing is due before a cook says so;
    /// in an automatic one the clock is certain, also for what a cook began there, or in the time when it was a manual one.
    /// </summary>
    private static DateTimeOffset? NextLook(OrderState order, IReadOnlyDictionary<string, TicketProgress> stations, DateTimeOffset now)
    {
        var certain = stations.Values.Where(station => station is { Mode: StationMode.Auto, Status: not TicketStatus.Done }).ToArray();
        return certain is [] ? null
            : order.Status is OrderStatus.InKitchen ? Later(now, certain.Max(station => station.DueAt)) + Grace
            : Later(now + Certain, certain.Min(station => station.StartsAt) + Grace);
    }

    /// <summary>The transitions that <paramref name="next"/> has and <paramref name="known"/> versions had not.</summary>
    public static ImmutableArray<Transition> StepsSince(OrderState next, int known) =>
        known >= next.History.Length ? [] : next.History[Math.Max(known, 0)..];

    /// <summary>The order's status as its tickets have it.</summary>
    private static OrderState Reconsider(OrderState order, string by, TimeSpan pickupWindow, DateTimeOffset now)
    {
        var done = order.Tickets.All(ticket => ticket.Status is TicketStatus.Done);
        var begun = order.Tickets.Any(ticket => ticket.Status is not TicketStatus.Queued);
        var next = order with { Appending = [] };
        if (begun && next.Status is OrderStatus.StockVerified)
            next = Step(next, OrderStatus.InKitchen, now, by, null) with { DueAt = null };
        // Nobody cooks any of it after all. Looked at once more: a station that was not told so still says that it cooks.
        if (!begun && next.Status is OrderStatus.InKitchen)
            next = Step(next, OrderStatus.StockVerified, now, by, "put_back") with { DueAt = now + Certain };
        if (done && next.Status is OrderStatus.InKitchen)
            return Step(next, OrderStatus.Ready, now, by, null) with { ReadyAt = now, DueAt = now + pickupWindow };
        if (!done && next.Status is OrderStatus.Ready)
            next = Step(next, OrderStatus.InKitchen, now, by, "recalled") with { DueAt = null };
        return next with { ReadyAt = order.Tickets.Where(IsUnderway).Select(ticket => (DateTimeOffset?)ticket.DueAt).Max() };
    }

    private static bool IsUnderway(Ticket ticket) => ticket.Status is not TicketStatus.Done;

    private static Ticket Cook(Ticket ticket, DateTimeOffset now) =>
        ticket with { Status = TicketStatus.Cooking, StartsAt = now, DueAt = now.AddSeconds(ticket.PrepSeconds) };

    private static Ticket ToTicket(StationPromise promise, DateTimeOffset now) =>
        new(promise.StationId, TicketStatus.Queued, now, promise.Slot.StartsAt, promise.Slot.ReadyAt, promise.PrepSeconds);

    private static OrderState Step(OrderState order, OrderStatus status, DateTimeOffset at, string by, string? reason) =>
        order with { Status = status, History = order.History.Add(new Transition(status, at, by, reason)) };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
