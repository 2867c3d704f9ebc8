using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Cafeteria.Reports;

/// <summary>
/// What was sold: orders that were accepted and not cancelled, by when they were placed. Every method throws
/// <see cref="Storage.StorageUnavailableException"/>, also when counting takes too long.
/// </summary>
public interface ISalesReports
{
    /// <param name="timeZone">IANA name: whose days and hours they are.</param>
    Task<ImmutableArray<SalesRow>> SalesAsync(string tenant, DateTimeOffset from, DateTimeOffset to, string timeZone, SalesBy by, CancellationToken cancellationToken);
}

/// <summary>Spelled in addresses and answers as in the contract: <c>day</c>, <c>item</c>, <c>hour</c>.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<SalesBy>))]
public enum SalesBy
{
    /// <summary>Key <c>2026-11-21</c>, oldest first.</summary>
    Day,

    /// <summary>Key the dish's id, with its name; what brought most first.</summary>
    Item,

    /// <summary>The hour of the day, key <c>00</c> to <c>23</c>, all days together.</summary>
    Hour,
}

/// <param name="Portions">Counted by dish alone.</param>
/// <param name="Revenue">In the currency's minor unit.</param>
public sealed record SalesRow(string Key, string? Name, long Orders, long? Portions, long Revenue);
