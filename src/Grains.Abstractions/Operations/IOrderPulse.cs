using System.Collections.Immutable;
using Cafeteria.Orders;

namespace Cafeteria.Operations;

/// <summary>How a cafeteria is selling, by the rows. Throws <see cref="Storage.StorageUnavailableException"/>.</summary>
public interface IOrderPulse
{
    /// <param name="tenant">Whose orders.</param>
    /// <param name="minutesFrom">From which minute on the minutes are told one by one.</param>
    /// <param name="dayFrom">When the cafeteria's day began: the orders since then are counted by their state.</param>
    /// <param name="now">The end of the last minute, which is counted to the second.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    Task<OrderPulse> ReadAsync(string tenant, DateTimeOffset minutesFrom, DateTimeOffset dayFrom, DateTimeOffset now, CancellationToken cancellationToken);
}

/// <param name="Minutes">In order; those without an order are left out.</param>
/// <param name="LastMinute">The sixty seconds before now.</param>
/// <param name="ByState">Today's orders by the state they are in.</param>
public sealed record OrderPulse(ImmutableArray<OrdersInMinute> Minutes, OrdersInMinute LastMinute, ImmutableArray<OrderCount> ByState);

/// <param name="At">The minute's beginning.</param>
/// <param name="Accepted">Orders that were acknowledged in it, whatever became of them.</param>
/// <param name="Rejected">Of these: rejected since, for something they needed was not to be had.</param>
/// <param name="Failed">Of these: failed since.</param>
/// <param name="Takings">What those cost together that stand, in the currency's minor unit.</param>
public sealed record OrdersInMinute(DateTimeOffset At, int Accepted, int Rejected, int Failed, long Takings);
