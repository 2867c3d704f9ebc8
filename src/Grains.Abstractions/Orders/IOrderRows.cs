using System.Collections.Immutable;

namespace Cafeteria.Orders;

/// <summary>
/// Questions about many orders, answered by the <c>orders</c> table. Written in the same statement as the state, so an
/// answer is never behind what was acknowledged. Every method throws <see cref="Storage.StorageUnavailableException"/>.
/// </summary>
public interface IOrderRows
{
    /// <summary>Newest first by (placed_at, id); abandoned rows are never shown. Pages by <see cref="OrderQuery.Before"/>.</summary>
    Task<ImmutableArray<OrderState>> ListAsync(OrderQuery query, CancellationToken cancellationToken);

    /// <summary>The ids of the student's orders that have not ended. Concurrent calls share one query.</summary>
    Task<ImmutableArray<string>> OpenOrdersOfAsync(string tenant, string student, CancellationToken cancellationToken);

    /// <summary>Orders that have a ticket at the station and are neither ready nor ended, oldest first.</summary>
    Task<ImmutableArray<OrderState>> AtStationAsync(string tenant, string station, CancellationToken cancellationToken);

    /// <summary>
    /// What the board in the hall shows of the last twelve hours: the oldest orders that the kitchen has, and the newest
    /// that wait for who ordered.
    /// </summary>
    Task<ImmutableArray<CalledOrder>> OnBoardAsync(string tenant, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The version of each order that is there; one query, for trackers that may have missed the last event.</summary>
    Task<ImmutableDictionary<string, int>> VersionsAsync(string tenant, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken);

    /// <summary>
    /// Claims orders whose <c>due_at</c> has come, for <paramref name="lease"/> (longer with every fruitless try), in one
    /// autocommit statement that skips what others are claiming.
    /// </summary>
    Task<ImmutableArray<DueOrder>> ClaimDueAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken);

    /// <summary>Orders by tenant and status, for the metrics; abandoned ones left out.</summary>
    Task<ImmutableArray<OrderCount>> CountByStatusAsync(CancellationToken cancellationToken);

    /// <summary>Orders whose <c>due_at</c> has come and that nobody has advanced yet: what the sweepers are behind by.</summary>
    Task<DueBacklog> DueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>
    /// The next number of the tenant's day: 1, 2, 3, … with gaps, for every process a block of its own. The day is the
    /// tenant's own (<paramref name="day"/>), decided by the caller.
    /// </summary>
    ValueTask<int> NextNumberAsync(string tenant, DateOnly day, CancellationToken cancellationToken);
}

/// <param name="Student">Null for everybody's orders (staff).</param>
/// <param name="Text">The number or the login, or part of the name of who ordered.</param>
/// <param name="Before">The last order of the page before.</param>
public sealed record OrderQuery(
    string Tenant,
    string? Student = null,
    ImmutableArray<OrderStatus>? Statuses = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    string? Number = null,
    string? Text = null,
    OrderCursor? Before = null,
    int Limit = 50);

public sealed record OrderCursor(DateTimeOffset PlacedAt, string OrderId);

public sealed record DueOrder(string Tenant, string OrderId, int Tries);

/// <param name="Since">When it became ready; while it is being made, when it was placed.</param>
public sealed record CalledOrder(string Number, OrderStatus Status, DateTimeOffset Since);

/// <param name="OldestDueAt">Null when nothing is due.</param>
public sealed record DueBacklog(long Count, DateTimeOffset? OldestDueAt);

public sealed record OrderCount(string Tenant, OrderStatus Status, long Count);
