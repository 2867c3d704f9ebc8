using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cafeteria.Audit;

/// <summary>
/// The append-only record of what people who work here changed. Every method throws
/// <see cref="Storage.StorageUnavailableException"/>.
/// </summary>
public interface IAuditRows
{
    /// <summary>Adds the entry, once for its id.</summary>
    Task AddAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first; pages by <see cref="AuditQuery.Before"/>.</summary>
    Task<ImmutableArray<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken);
}

/// <param name="Id">A UUID of version 7: ids follow time.</param>
/// <param name="By">The login of who did it, with their name as it was then.</param>
/// <param name="About">What was changed: <c>menu/ramen</c>, <c>stock/ramen</c>, <c>stations/main</c>, <c>staff/kitchen1</c>, <c>orders/{id}</c>.</param>
public sealed record AuditEntry(
    Guid Id,
    string Tenant,
    DateTimeOffset At,
    string By,
    string ByName,
    AuditAction Action,
    string About,
    ImmutableArray<AuditChange> Changes);

/// <summary>One thing that was so and is so now; null where there was or is nothing.</summary>
public sealed record AuditChange(string Field, string? Before, string? After);

/// <param name="About">One thing (<c>menu/ramen</c>), or everything of one kind (<c>menu</c>); null for all.</param>
/// <param name="Before">The last entry of the page before.</param>
public sealed record AuditQuery(
    string Tenant,
    string? About,
    string? By,
    DateTimeOffset? From,
    DateTimeOffset? To,
    Guid? Before,
    int Limit);

/// <summary>Stored and sent by name, so a name never changes.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AuditAction>))]
public enum AuditAction
{
    DishAdded,
    DishChanged,
    DishDeleted,

    /// <summary>The kitchen said that there is none of it.</summary>
    DishSoldOut,

    /// <summary>The kitchen has it again.</summary>
    DishBack,
    PictureSet,
    PictureRemoved,
    StockReceived,
    StockWrittenOff,
    StockCounted,
    ReorderLevelSet,
    StationConfigured,
    StaffAdded,
    StaffChanged,
    StaffUnlocked,
    StaffSignedOut,
    PasswordReset,
    OrderCancelled,
    OrderCompleted,
}
