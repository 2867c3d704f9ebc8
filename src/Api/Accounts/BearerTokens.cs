using System.Diagnostics;
using Cafeteria.Operations;
using Microsoft.AspNetCore.Authentication;

namespace Cafeteria.Accounts;

/// <summary>
/// Says who calls, before any route's rule asks. In place of the framework's own middleware, which makes a handler, a ticket
/// and two tasks for each request; the challenge and the refusal stay with <see cref="BearerHandler"/>.
/// </summary>
internal sealed class BearerTokens(RequestDelegate next, VerifiedTokens tokens)
{
    public Task InvokeAsync(HttpContext context)
    {
        var token = Of(context.Request);
        if (token.IsEmpty)
            return next(context);
        var finding = tokens.FindAsync(token, context.RequestAborted);
        return finding.IsCompletedSuccessfully ? GoOn(context, finding.Result) : GoOnAsync(context, finding);
    }

    /// <summary>What the request shows: <c>Authorization: Bearer</c>, and on marked routes a query or a cookie; or nothing.</summary>
    public static ReadOnlySpan<char> Of(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString().AsSpan();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header["Bearer ".Length..].Trim();
        if (header.Length > 0)
            return [];
        var route = request.HttpContext.GetEndpoint()?.Metadata;
        if (route?.GetMetadata<BearerHandler.TakesTokenInQuery>() is not null && request.Query["access_token"] is [{ Length: > 0 } token])
            return token;
        return route?.GetMetadata<BrowserPages.TakesTokenInCookie>() is not null ? request.Cookies[BrowserPages.CookieName] : null;
    }

    private Task GoOn(HttpContext context, CallerPrincipal? caller)
    {
        if (caller is not null)
            context.User = caller;
        else if (MustBeBelieved(context.Request.Path))
            return context.ChallengeAsync();
        if (Activity.Current is { Recorded: true } watched && watched.Source.HasListeners())
            watched.AddEvent(new ActivityEvent(StageTimes.Authenticated));
        return next(context);
    }

    /// <summary>
    /// Whoever shows a token means to be somebody: as nobody they would be shown the default cafeteria, which need not be
    /// theirs. Only who signs in or renews may have a stale one left over.
    /// </summary>
    private static bool MustBeBelieved(PathString path) => path.StartsWithSegments("/api/v1", out var rest) && !rest.StartsWithSegments("/auth");

    private async Task GoOnAsync(HttpContext context, ValueTask<CallerPrincipal?> finding) => await GoOn(context, await finding);
}
