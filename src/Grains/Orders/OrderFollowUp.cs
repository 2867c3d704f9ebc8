using System.Diagnostics;
using Cafeteria.Kitchen;
using Cafeteria.Stock;
using Cafeteria.Students;
using Cafeteria.Tracking;

namespace Cafeteria.Orders;

/// <summary>
/// What the world is told after an order was written. Remembers, for this activation alone, what has been told already;
/// everyone told takes the same news twice.
/// </summary>
internal sealed partial class OrderFollowUp(Grain grain, IGrainFactory grains, GrainKey order, Breakpoints breakpoints, ILogger logger)
{
    /// <summary>Longer, and whoever hangs there holds up the cook's next step, and a cancelled portion's return.</summary>
    private static readonly TimeSpan PublishWithin = TimeSpan.FromSeconds(1);

    private bool _kept;
    private bool _ended;
    private bool _again;
    private int _published;

    /// <summary>The stock is sold, the tickets are queued; answers what each station says of its ticket by now.</summary>
    public async Task<IReadOnlyDictionary<string, TicketProgress>> FollowAsync(OrderState state)
    {
        if (!_kept)
        {
            var keeping = new Task[state.Sold.Length];
            for (var i = 0; i < keeping.Length; i++)
                keeping[i] = Item(state.Sold[i].ItemId).Keep(order.Id, state.Sold[i].Attempt);
            await keeping.All();
            _kept = true;
            await breakpoints.ReachAsync(Breakpoints.Kept, order.Id);
        }

        var open = state.Tickets.RemoveAll(static ticket => ticket.Status is TicketStatus.Done);
        var queuing = new Task<TicketProgress>[open.Length];
        for (var i = 0; i < queuing.Length; i++)
            queuing[i] = Station(open[i].StationId).Queue(ToCommand(state, open[i]));
        await queuing.All();
        await breakpoints.ReachAsync(Breakpoints.Queued, order.Id);
        var stations = new Dictionary<string, TicketProgress>(open.Length, StringComparer.Ordinal);
        for (var i = 0; i < queuing.Length; i++)
            stations.Add(open[i].StationId, queuing[i].Result);
        return stations;
    }

    public async Task RecordAtStationAsync(OrderState state, string stationId)
    {
        try
        {
            await Station(stationId).Record(order.Id, state.Tickets.First(ticket => ticket.StationId == stationId).Status);
        }
        catch (Exception exception) when (Failures.Passing(exception))
        {
            Log.StationNotTold(logger, order, stationId, exception.Message); // it reads the order when it next starts
        }
    }

    /// <summary>The steps not yet published. A hint to those who watch: when it fails, they find the order itself.</summary>
    public async Task PublishAsync(OrderState state)
    {
        var steps = OrderRules.StepsSince(state, _published);
        if (steps.IsEmpty)
            return;
        try
        {
            using var activity = Tracing.Source.StartActivity($"publish {StreamNames.OrderEvents}", ActivityKind.Producer);
            var stream = grain.GetStreamProvider(StreamNames.Live).GetStream<OrderChanged>(
                StreamId.Create(StreamNames.OrderEvents, StreamNames.OrderEventsKey(order.Tenant, order.Id)));
            await stream.OnNextAsync(new OrderChanged(
                order.Tenant, order.Id, state.Student, state.Number, state.Version, steps, state.ReadyAt, state.Tickets)
            { Trace = activity?.Id }).WaitAsync(PublishWithin);
            _published = state.Version;
        }
        catch (Exception exception)
        {
            OrderMetrics.PublishFailed();
            Log.NotPublished(logger, order, state.Version, exception.Message);
        }
    }

    /// <summary>Somebody was not told of the end, or heard of the order after it.</summary>
    public void ForgetEnd() => (_ended, _again) = (false, true);

    /// <summary>The order has ended: nobody waits for it any more.</summary>
    public async Task EndAsync(OrderState state)
    {
        if (_ended)
            return;
        if (state.Status is OrderStatus.Cancelled)
        {
            await Task.WhenAll(state.Tickets.Select(ticket => Station(ticket.StationId).Withdraw(order.Id)));
            if (state.Attempt.Length > 0 && state.Sold.IsEmpty)
                await Task.WhenAll(state.Lines.Select(line => Item(line.ItemId).LedgerChanged()));
        }
        else if (_again)
        {
            // A cook's last step was recorded here and not at the station: its wall showed a meal that had been collected.
            await Task.WhenAll(state.Tickets.Select(ticket => Station(ticket.StationId).Record(order.Id, TicketStatus.Done)));
        }

        await grains.GetGrain<IStudentGrain>(GrainKey.For(order.Tenant, state.Student)).Close(order.Id);
        _ended = true;
    }

    private QueueTicket ToCommand(OrderState state, Ticket ticket) => new(
        order.Id, state.Number, ticket,
        [.. state.Lines.Where(line => line.StationId == ticket.StationId).Select(line => new TicketLine(line.ItemId, line.Name, line.Quantity, line.Note))]);

    private IStockItemGrain Item(string itemId) => grains.GetGrain<IStockItemGrain>(GrainKey.For(order.Tenant, itemId));

    private IKitchenStationGrain Station(string stationId) => grains.GetGrain<IKitchenStationGrain>(GrainKey.For(order.Tenant, stationId));

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Warning, "Order {Order}: version {Version} did not reach the stream: {Reason}")]
        public static partial void NotPublished(ILogger logger, GrainKey order, int version, string reason);

        [LoggerMessage(21, LogLevel.Warning, "Order {Order}: station {Station} was not told of a ticket's step: {Reason}")]
        public static partial void StationNotTold(ILogger logger, GrainKey order, string station, string reason);
    }
}
