using System.Globalization;
using Cafeteria.Http;
using Cafeteria.Operations;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Cafeteria.Accounts;

internal static class AccountEndpoints
{
    public static IEndpointRouteBuilder MapAccounts(this IEndpointRouteBuilder api)
    {
        var auth = api.MapGroup("/auth").WithTags("Sign-in").NeedingDatabase().FailingWith(ChaosPart.Identity);
        auth.MapPost("/register", Register).WithName("register").WithSummary("Open an account").RequireRateLimiting(Limits.Anonymous)
            .Problems(400, 404, 409, 413, 415, 429, 503);
        auth.MapPost("/login", SignIn).WithName("login").WithSummary("Sign in").RequireRateLimiting(Limits.Anonymous)
            .Problems(400, 401, 404, 413, 415, 429, 503);
        auth.MapPost("/refresh", Refresh).WithName("refresh").WithSummary("Exchange a refresh token for new tokens").RequireRateLimiting(Limits.Anonymous)
            .Problems(400, 401, 403, 404, 413, 415, 429, 503);
        auth.MapPost("/logout", SignOut).WithName("logout").WithSummary("End this session: its tokens stop working").ForSigningOut();
        auth.MapPost("/logout-everywhere", SignOutEverywhere).WithName("logoutEverywhere").WithSummary("End all of one's sessions, on every device").ForSigningOut();
        auth.MapPost("/password", ChangePassword).WithName("changePassword").WithSummary("One's own new password; signed out on every other device").ForSignedIn()
            .Problems(400, 413, 415, 422);
        api.MapGet("/me", Me).WithTags("Sign-in").WithName("me").WithSummary("Who is signed in").ForSignedIn().FailingWith(ChaosPart.Identity);
        return api;
    }

    private static async Task<Results<Created<UserEnvelope>, ProblemHttpResult>> Register(
        Body<RegisterRequest> body, RequestTenant tenant, [AsParameters] AccountServices services, HttpContext http, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        var email = request.Email?.Trim().ToLowerInvariant();
        var name = request.FullName?.Trim();
        errors.Check(request.StudentId is { Length: >= 3 and <= 40 } id && id.All(IsIdCharacter), "studentId", "3 to 40 letters, digits, '-' or '_'.");
        errors.Check(email is not null && IsEmail(email), "email", "An e-mail address, like name@iut.edu.bd.");
        errors.Check(request.Password is { Length: >= 8 and <= 128 }, "password", "8 to 128 characters.");
        errors.Check(name is { Length: >= 1 and <= 100 } && !name.Any(char.IsControl), "fullName", "1 to 100 characters.");
        if (errors.Any)
            return Problems.Invalid(errors);

        var hash = await services.Passwords.HashAsync(request.Password!, Limits.AddressOf(http), cancellationToken);
        var account = services.Account(tenant.Id, request.StudentId!);
        var result = await account.Register(new NewAccount(request.StudentId!, email, name!, Role.Student, hash));
        if (result is not RegisterResult.Registered { Profile: var profile })
            return Problems.Of(409, ProblemCodes.AccountExists, "An account with this id or e-mail address exists. Sign in instead.");
        return TypedResults.Created("/api/v1/me", new UserEnvelope(UserResponse.From(profile)));
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> SignIn(
        Body<LoginRequest> body, RequestTenant tenant, [AsParameters] AccountServices services, HttpContext http, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        var login = (request.Login ?? request.StudentId ?? request.Email ?? request.Username)?.Trim().ToLowerInvariant();
        errors.Check(login is { Length: >= 1 and <= 254 }, "login", "Your student id, e-mail address or user name.");
        errors.Check(request.Password is { Length: >= 1 and <= 128 }, "password", "Your password.");
        if (errors.Any)
            return Problems.Invalid(errors);

        using var place = services.Passwords.TakePlace(Limits.AddressOf(http));
        var (attempt, account) = await BeginAsync(services, tenant.Id, login!);
        switch (attempt)
        {
            case SignInAttempt.TooMany tooMany:
                ApiMetrics.SignIn(tenant.Id, "too_many");
                return TooMany(http, tooMany.RetryAfter);
            case SignInAttempt.Check check:
                var verdict = await place.VerifyAsync(check.PasswordHash, request.Password!, cancellationToken);
                if (verdict is PasswordVerificationResult.Failed)
                    break;
                var rehashed = verdict is PasswordVerificationResult.SuccessRehashNeeded
                    ? await place.HashAsync(request.Password!, cancellationToken)
                    : null;
                var secret = RefreshToken.NewSecret();
                var opened = await account.OpenSession(new OpenSession(check.PasswordHash, RefreshToken.HashOf(secret), rehashed, services.TokensExpireAt));
                if (opened is null)
                    break;
                ApiMetrics.SignIn(tenant.Id, "signed_in");
                return TypedResults.Ok(await services.TokensAsync(opened, secret, cancellationToken));
            default:
                await place.VerifyNobodyAsync(request.Password!, cancellationToken);
                break;
        }

        ApiMetrics.SignIn(tenant.Id, "refused");
        return Problems.Of(401, ProblemCodes.InvalidCredentials, "The name or the password is wrong.");
    }

    private static async Task<Results<Ok<TokenResponse>, ProblemHttpResult>> Refresh(
        Body<RefreshRequest> body, RequestTenant tenant, [AsParameters] AccountServices services, CancellationToken cancellationToken)
    {
        if (body.Value.RefreshToken is not { Length: > 0 })
            return Problems.Invalid("refreshToken is missing.");
        if (!RefreshToken.TryParse(body.Value.RefreshToken, out var token) || services.Tenants.Value.Find(token.Tenant) != token.Tenant)
            return NotYours();
        if (tenant.Named && tenant.Id != token.Tenant)
            return Problems.Of(403, ProblemCodes.TenantMismatch, "The token belongs to another cafeteria.");

        var secret = RefreshToken.NewSecret();
        var account = services.Account(token.Tenant, token.Login);
        switch (await account.Refresh(token.SessionId, RefreshToken.HashOf(token.Secret), RefreshToken.HashOf(secret), services.TokensExpireAt))
        {
            case RefreshResult.Refreshed { Tokens: var tokens }:
                ApiMetrics.SignIn(token.Tenant, "refreshed");
                return TypedResults.Ok(await services.TokensAsync(tokens, secret, cancellationToken));
            case RefreshResult.Reused:
                // Somebody has a copy of this family's tokens: neither of the two goes on.
                ApiMetrics.SignIn(token.Tenant, "refresh_reused");
                return NotYours();
            default:
                ApiMetrics.SignIn(token.Tenant, "refresh_refused");
                return NotYours();
        }

        static ProblemHttpResult NotYours()
            => Problems.Of(401, ProblemCodes.Unauthorized, "The refresh token is not valid, or not any more. Sign in again.");
    }

    private static async Task<NoContent> SignOut(Caller caller, [AsParameters] AccountServices services, CancellationToken cancellationToken)
    {
        // The session first: a failure in between leaves a token that can try again.
        await services.Account(caller.Tenant, caller.Login).EndSession(caller.SessionId);
        await services.Revoked.RevokeAsync(caller.SessionId, services.TokensExpireAt, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> SignOutEverywhere(Caller caller, [AsParameters] AccountServices services, CancellationToken cancellationToken)
    {
        await services.Account(caller.Tenant, caller.Login).EndSessions(services.TokensExpireAt);
        // This one as well, should it have ended already.
        await services.Revoked.RevokeAsync(caller.SessionId, services.TokensExpireAt, cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePassword(
        Body<PasswordRequest> body, Caller caller, [AsParameters] AccountServices services, HttpContext http, CancellationToken cancellationToken)
    {
        var (request, errors) = (body.Value, new FieldErrors());
        errors.Check(request.Current is { Length: >= 1 and <= 128 }, "current", "The password until now.");
        errors.Check(request.Next is { Length: >= 8 and <= 128 }, "next", "8 to 128 characters.");
        if (errors.Any)
            return Problems.Invalid(errors);

        // Counted with the attempts to sign in: a phone left lying about is no place to guess from.
        var account = services.Account(caller.Tenant, caller.Login);
        using var place = services.Passwords.TakePlace(Limits.AddressOf(http));
        var attempt = await account.BeginSignIn();
        if (attempt is SignInAttempt.TooMany tooMany)
            return TooMany(http, tooMany.RetryAfter);
        if (attempt is SignInAttempt.Check check && await place.VerifyAsync(check.PasswordHash, request.Current!, cancellationToken) is not PasswordVerificationResult.Failed)
        {
            var hash = await place.HashAsync(request.Next!, cancellationToken);
            if (await account.ChangePassword(new ChangePassword(check.PasswordHash, hash, caller.SessionId, services.TokensExpireAt)))
                return TypedResults.NoContent();
        }

        // Not 401: the token is good, and a client that takes it for stale would try again and spend another attempt.
        return Problems.Of(422, ProblemCodes.WrongPassword, "The password until now is not that one. Nothing was changed.");
    }

    private static async Task<Results<Ok<UserEnvelope>, ProblemHttpResult>> Me(Caller caller, [AsParameters] AccountServices services)
    {
        var found = await services.Account(caller.Tenant, caller.Login).Find();
        return found.Profile is { } profile
            ? TypedResults.Ok(new UserEnvelope(UserResponse.From(profile)))
            : Problems.Of(401, ProblemCodes.Unauthorized, "This account is not there any more.");
    }

    /// <summary>An alias knows where its account is; following it twice would be a loop, and is nobody.</summary>
    private static async Task<(SignInAttempt Attempt, IAccountGrain Account)> BeginAsync(AccountServices services, string tenant, string login)
    {
        var account = services.Account(tenant, login);
        var attempt = await account.BeginSignIn();
        if (attempt is not SignInAttempt.Elsewhere elsewhere)
            return (attempt, account);
        account = services.Account(tenant, elsewhere.Login);
        return (await account.BeginSignIn(), account);
    }

    private static ProblemHttpResult TooMany(HttpContext http, TimeSpan retryAfter)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(retryAfter.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.Of(429, ProblemCodes.TooManyAttempts, $"Too many attempts for this name. Try again in {seconds} s.");
    }

    public static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    public static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || text.Length > 254 || at != text.LastIndexOf('@'))
            return false;
        var domain = text.AsSpan(at + 1);
        return domain.Contains('.') && domain[0] is not ('.' or '-') && domain[^1] is not ('.' or '-') && domain.IndexOf("..") < 0
            && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '<' or '>' or '"' or ',' or ';' or '\\');
    }
}

internal readonly record struct AccountServices(
    IGrainFactory Grains,
    PasswordHashing Passwords,
    AccessTokens Tokens,
    IRevokedSessions Revoked,
    IOptions<TenantOptions> Tenants,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider Clock)
{
    /// <summary>By when every access token made up to now has run out.</summary>
    public DateTimeOffset TokensExpireAt => AccessTokens.AllExpireAt(Clock.GetUtcNow());

    public IAccountGrain Account(string tenant, string login) => Grains.GetGrain<IAccountGrain>(GrainKey.For(tenant, login.ToLowerInvariant()));

    public async ValueTask<TokenResponse> TokensAsync(SessionTokens session, string secret, CancellationToken cancellationToken)
    {
        var profile = session.Profile;
        var access = await Tokens.IssueAsync(profile, session.SessionId, cancellationToken);
        var refresh = new RefreshToken(profile.Tenant, profile.Login, session.SessionId, secret).ToString();
        return new TokenResponse(access, refresh, "Bearer", (int)AccessTokens.Lifetime.TotalSeconds, UserResponse.From(profile));
    }
}
