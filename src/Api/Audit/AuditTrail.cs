using System.Globalization;
using Cafeteria.Accounts;
using Cafeteria.Storage;

namespace Cafeteria.Audit;

/// <summary>
/// Writes down who changed what, right after the change. A change stands also when its entry cannot be written: then the
/// entry goes into the log, whole, for an answer of "failed" would be the greater lie.
/// </summary>
internal sealed partial class AuditTrail(IAuditRows rows, [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock, ILogger<AuditTrail> logger)
{
    private const int MaxText = 300;

    public async Task AddAsync(Caller by, string tenant, AuditAction action, string about, params AuditChange[] changes)
    {
        var now = clock.GetUtcNow();
        var entry = new AuditEntry(Guid.CreateVersion7(now), tenant, now, by.Login, Clip(by.Name, 200)!, action, about,
            [.. changes.Select(change => new AuditChange(change.Field, Clip(change.Before, MaxText), Clip(change.After, MaxText)))]);
        try
        {
            await rows.AddAsync(entry, CancellationToken.None);
        }
        catch (StorageUnavailableException e)
        {
            LogLost(e.Message, tenant, by.Login, action, about, string.Join("; ", entry.Changes));
        }
    }

    /// <summary>Money for people's eyes: 450.00 BDT.</summary>
    public static string Text(Money money) => string.Create(CultureInfo.InvariantCulture, $"{money.Amount / 100m:0.00} {money.Currency}");

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Never half a character: a lone surrogate is no text to the database.</summary>
    private static string? Clip(string? text, int length)
    {
        if (text is null || text.Length <= length)
            return text;
        var end = length - 1;
        return string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[end - 1]) ? end - 1 : end), "…");
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An audit entry could not be written ({Reason}): {Tenant} {By} {Action} {About}: {Changes}")]
    private partial void LogLost(string reason, string tenant, string by, AuditAction action, string about, string changes);
}
