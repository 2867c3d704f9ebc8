using System.Text.Encodings.Web;
using Cafeteria.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cafeteria.Accounts;

/// <summary>What is said to a caller who is not let in. Who calls is found by <see cref="BearerTokens"/>.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, IProblemDetailsService problems)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Context.User is CallerPrincipal caller
        ? AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme))
        : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var failed = Request.Headers.Authorization.Count > 0 || !BearerTokens.Of(Request).IsEmpty;
        Response.Headers.WWWAuthenticate = failed ? """Bearer error="invalid_token" """.TrimEnd() : "Bearer";
        return WriteAsync(401, ProblemCodes.Unauthorized, failed
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

    /// <summary>Marks a route that browsers open without being able to set headers. Elsewhere a token in an address would end in logs.</summary>
    internal sealed class TakesTokenInQuery
    {
        public static readonly TakesTokenInQuery Instance = new();
    }
}
