using Cafeteria.Kitchen;
using Cafeteria.Orders;

namespace Cafeteria.Tests.Models;

/// <summary>The orders of one dish from one manual station, as their rows have them.</summary>
internal sealed class OrderModel(int portions, OrderModel.Bug bug = OrderModel.Bug.None)
{
    public static readonly TimeSpan PickupWindow = TimeSpan.FromHours(2);
    private static readonly int[] Retries = [2, 4, 6];

    private readonly Dictionary<string, Order> _orders = [];

    /// <summary>By order: held by attempts whose outcome nobody was told, beside what it sold; until the leases run out.</summary>
    private readonly Dictionary<string, int> _stuck = [];

    /// <summary>Put into the model on purpose.</summary>
    public enum Bug
    {
        None,
        ReturnsWhatWasCooked,
        StudentsCancelTooLate,
        ForgetsALostAnswer,
    }

    public sealed class Order
    {
        public required int Quantity { get; init; }
        public List<OrderStatus> History { get; } = [OrderStatus.Pending];
        public OrderStatus Status => History[^1];
        public TicketStatus Ticket { get; set; }
        public bool Sold { get; set; }
        public int Tries { get; set; }
        public DateTimeOffset DueAt { get; set; }
    }

    /// <summary>The answer's kind, and the order after it. Without one: the write was not answered.</summary>
    public enum Answer
    {
        Done,
        Replayed,
        KeyReused,
        OutOfStock,
        NotFound,
        Refused,
    }

    public int Sold => _orders.Values.Where(order => order.Sold).Sum(order => order.Quantity);

    public int OnHand => portions - Sold - _stuck.Values.Sum();

    public bool SomethingIsPending => _orders.Values.Any(order => order.Status is OrderStatus.Pending);

    public Order? Find(string id) => _orders.GetValueOrDefault(id);

    public Answer Place(string id, int quantity, bool stationIsDown, Trouble trouble, DateTimeOffset now)
    {
        if (Find(id) is { } known)
            return known.Quantity == quantity ? Answer.Replayed : Answer.KeyReused;
        var stuck = _stuck.GetValueOrDefault(id);
        if (quantity > OnHand + stuck)
            return Answer.OutOfStock;
        var order = new Order { Quantity = quantity };
        if (stationIsDown)
            PutOff(order, now);
        else
            Accept(order);
        if (Happens(trouble))
            _orders.Add(id, order);
        if (stationIsDown)
            return Answer.Done; // its own attempt was let go
        _stuck[id] = !Happens(trouble) ? Math.Max(stuck, quantity)
            : trouble is Trouble.None ? 0 // the item was told, and no other attempt holds anything
            : Math.Max(0, stuck - quantity);
        return Answer.Done;
    }

    public Answer Cancel(string id, bool staff, Trouble trouble)
    {
        if (Find(id) is not { } order)
            return Answer.NotFound;
        if (order.Status is OrderStatus.Cancelled)
            return Answer.Done;
        var untouched = order.Status is OrderStatus.Pending or OrderStatus.StockVerified;
        if (order.Status.IsFinal() || !(untouched || staff || bug is Bug.StudentsCancelTooLate))
            return Answer.Refused;
        if (Happens(trouble))
        {
            if (trouble is Trouble.None && untouched && order.Sold)
                _stuck.Remove(id); // the item adds up its rows, and finds that one attempt was sold
            order.History.Add(OrderStatus.Cancelled);
            order.Sold &= !untouched && bug is not Bug.ReturnsWhatWasCooked;
        }

        return Answer.Done;
    }

    public Answer Step(string id, TicketStep step, Trouble trouble, DateTimeOffset now)
    {
        if (Find(id) is not { } order || order.Status is OrderStatus.Pending or OrderStatus.Rejected || (order.Status is OrderStatus.Cancelled && order.History.Count == 2 && !order.History.Contains(OrderStatus.StockVerified)))
            return Answer.NotFound; // no ticket was ever made
        if (order.Status.IsFinal())
            return Answer.Refused;
        TicketStatus? next = (step, order.Ticket) switch
        {
            (TicketStep.Start, TicketStatus.Queued or TicketStatus.Cooking) => TicketStatus.Cooking,
            (TicketStep.Done, TicketStatus.Cooking or TicketStatus.Done) => TicketStatus.Done,
            (TicketStep.Recall, TicketStatus.Done or TicketStatus.Cooking) => TicketStatus.Cooking,
            (TicketStep.PutBack, TicketStatus.Cooking or TicketStatus.Queued) => TicketStatus.Queued,
            _ => null,
        };
        if (next is not { } ticket)
            return Answer.Refused;
        if (ticket == order.Ticket || !Happens(trouble))
            return Answer.Done;
        order.Ticket = ticket;
        order.History.Add(ticket switch
        {
            TicketStatus.Done => OrderStatus.Ready,
            TicketStatus.Cooking => OrderStatus.InKitchen,
            _ => OrderStatus.StockVerified,
        });
        if (trouble is Trouble.None)
            Advance(id);
        order.DueAt = now + PickupWindow;
        return Answer.Done;
    }

    public Answer Complete(string id, Trouble trouble)
    {
        if (Find(id) is not { } order)
            return Answer.NotFound;
        if (order.Status is OrderStatus.Completed)
            return Answer.Done;
        if (order.Status is not OrderStatus.Ready)
            return Answer.Refused;
        if (Happens(trouble))
            order.History.Add(OrderStatus.Completed);
        return Answer.Done;
    }

    /// <summary>What is sold and not yet cooked is told to the item again; then no other attempt of the order holds anything.</summary>
    public void Advance(string id)
    {
        if (Find(id) is { Status: OrderStatus.StockVerified or OrderStatus.InKitchen })
            _stuck.Remove(id);
    }

    /// <summary>Time has gone on: leases have run out, and the sweeper has been there.</summary>
    public void Sweep(bool stationIsDown, DateTimeOffset now)
    {
        _stuck.Clear();
        foreach (var order in _orders.Values.Where(order => order.DueAt <= now))
        {
            if (order.Status is OrderStatus.Ready)
                order.History.Add(OrderStatus.Completed);
            if (order.Status is not OrderStatus.Pending)
                continue;
            if (order.Quantity > OnHand)
                order.History.Add(OrderStatus.Rejected);
            else if (!stationIsDown)
                Accept(order);
            else if (order.Tries < Retries.Length)
                PutOff(order, now);
            else
                order.History.Add(OrderStatus.Rejected);
        }
    }

    private bool Happens(Trouble trouble) => trouble is Trouble.None || (trouble is Trouble.NotTold && bug is not Bug.ForgetsALostAnswer);

    private static void Accept(Order order)
    {
        order.History.Add(OrderStatus.StockVerified);
        order.Sold = true;
        order.DueAt = DateTimeOffset.MaxValue; // looked at, but there is nothing to do
    }

    private static void PutOff(Order order, DateTimeOffset now) => order.DueAt = now.AddSeconds(Retries[order.Tries++]);
}
