using Cafeteria.Audit;

namespace Cafeteria.Menu;

/// <summary>What an edit of a dish changed, for the audit.</summary>
internal static class MenuChanges
{
    public static AuditChange[] Between(MenuItem? before, MenuItem? after)
        => [.. Fields(before, after).Where(change => change.Before != change.After)];

    private static IEnumerable<AuditChange> Fields(MenuItem? before, MenuItem? after)
    {
        yield return new("name", before?.Name, after?.Name);
        yield return new("description", before?.Description, after?.Description);
        yield return new("category", before?.CategoryId, after?.CategoryId);
        yield return new("price", Price(before), Price(after));
        yield return new("available", YesOrNo(before), YesOrNo(after));
        yield return new("prepSeconds", Seconds(before), Seconds(after));
        yield return new("imageUrl", before?.ImageUrl, after?.ImageUrl);
        yield return new("station", before?.StationId, after?.StationId);
    }

    private static string? Price(MenuItem? item) => item is null ? null : AuditTrail.Text(item.Price);

    private static string? YesOrNo(MenuItem? item) => item is null ? null : item.Available ? "yes" : "no";

    private static string? Seconds(MenuItem? item) => item is null ? null : AuditTrail.Text(item.PrepSeconds);
}
