using System.Text.Encodings.Web;
using Cafeteria.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cafeteria.Accounts;

/// <summary>Authenticates by <c>Authorization: Bearer</c>, and on event streams by <c>?access_token=</c> (a browser's EventSource sends no headers).</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AccessTokens tokens,
    IProblemDetailsService problems)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Bearer";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (TokenOf(Request) is not { } token)
            return AuthenticateResult.NoResult();

        var caller = await tokens.CheckAsync(token, Context.RequestAborted);
        return caller is null
            ? AuthenticateResult.Fail("The token is not valid, or not any more.")
            : AuthenticateResult.Success(new AuthenticationTicket(new CallerPrincipal(caller), Scheme));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = (await HandleAuthenticateOnceSafeAsync()).Failure is not null;
        Response.Headers.WWWAuthenticate = failed ? """Bearer error="invalid_token" """.TrimEnd() : "Bearer";
        await WriteAsync(401, ProblemCodes.Unauthorized, failed
            ? "The token is not valid, or not any more. Refresh it or sign in again."
            : "Sign in, and send the token as Authorization: Bearer.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
        => WriteAsync(403, ProblemCodes.Forbidden, "Your role does not allow this.");

    private async Task WriteAsync(int status, string code, string detail)
    {
        Response.StatusCode = status;
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = Context, ProblemDetails = problem });
    }

    private static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return header["Bearer ".Length..].Trim();
        // Another scheme, or none: a token that is no token, so that the answer says so.
        if (header.Length > 0)
            return "";
        var route = request.HttpContext.GetEndpoint()?.Metadata;
        if (route?.GetMetadata<TakesTokenInQuery>() is not null && request.Query["access_token"] is [{ Length: > 0 } token])
            return token;
        return route?.GetMetadata<BrowserPages.TakesTokenInCookie>() is not null ? request.Cookies[BrowserPages.CookieName] : null;
    }

    /// <summary>Marks a route that browsers open without being able to set headers. Elsewhere a token in an address would end in logs.</summary>
    internal sealed class TakesTokenInQuery
    {
        public static readonly TakesTokenInQuery Instance = new();
    }
}
