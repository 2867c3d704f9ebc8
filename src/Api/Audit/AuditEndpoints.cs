using Cafeteria.Accounts;
using Cafeteria.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cafeteria.Audit;

internal static class AuditEndpoints
{
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder api)
    {
        api.MapGet("/audit", List).WithTags("Audit").WithName("listAudit").WithSummary("Who changed what and when, newest first").ForRole(Role.Manager)
            .Problems(400, 404);
        return api;
    }

    private static async Task<Results<Ok<Page<AuditResponse>>, ProblemHttpResult>> List(
        RequestTenant tenant, IAuditRows rows, [AsParameters] AuditFilter filter, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        Guid before = default;
        errors.Check(Paging.TryLimit(filter.Limit, out var limit), "limit", $"1 to {Paging.MaxLimit}.");
        errors.Check(filter.About is null or { Length: >= 1 and <= 300 }, "about", "A kind of thing like menu, or one thing like menu/ramen.");
        errors.Check(filter.By is null or { Length: >= 1 and <= 254 }, "by", "A login.");
        errors.Check(filter.Cursor is null || Paging.FromCursor(filter.Cursor) is { } text && Guid.TryParseExact(text, "N", out before), "cursor", "Not one that this list gave out.");
        if (errors.Any)
            return Problems.Invalid(errors);

        var query = new AuditQuery(tenant.Id, filter.About, filter.By, filter.From, filter.To, filter.Cursor is null ? null : before, limit + 1);
        var entries = await rows.ListAsync(query, cancellationToken);
        var more = entries.Length > limit;
        var page = more ? entries[..limit] : entries;
        return TypedResults.Ok(new Page<AuditResponse>([.. page.Select(AuditResponse.From)], more ? Paging.ToCursor(page[^1].Id.ToString("N")) : null));
    }
}

/// <param name="About">A kind of thing (<c>menu</c>, <c>stock</c>, <c>stations</c>, <c>staff</c>, <c>orders</c>), or one thing (<c>menu/ramen</c>).</param>
/// <param name="By">The login of who did it.</param>
/// <param name="From">At or after.</param>
/// <param name="To">Before.</param>
internal readonly record struct AuditFilter(
    [FromQuery(Name = "about")] string? About,
    [FromQuery(Name = "by")] string? By,
    [FromQuery(Name = "from")] DateTimeOffset? From,
    [FromQuery(Name = "to")] DateTimeOffset? To,
    [FromQuery(Name = "limit")] int? Limit,
    [FromQuery(Name = "cursor")] string? Cursor);

/// <param name="By">The login of who did it, with their name as it was then.</param>
internal sealed record AuditResponse(
    Guid Id,
    DateTimeOffset At,
    string By,
    string ByName,
    AuditAction Action,
    string About,
    IReadOnlyList<AuditChangeResponse> Changes)
{
    public static AuditResponse From(AuditEntry entry) => new(
        entry.Id, entry.At, entry.By, entry.ByName, entry.Action, entry.About, [.. entry.Changes.Select(change => new AuditChangeResponse(change.Field, change.Before, change.After))]);
}

internal sealed record AuditChangeResponse(string Field, string? Before, string? After);
