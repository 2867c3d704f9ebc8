using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cafeteria.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cafeteria.Bench.Plain;

internal sealed record SigningKey(byte[] Bytes)
{
    /// <summary>Who is signed in by this token (checked by the product's own source file, linked) and until when; null: nobody.</summary>
    public (string Login, long Expires)? Check(string token)
    {
        using var payload = Jwt.Verify(Bytes, token);
        return payload?.RootElement is { } claims
            && claims.TryGetProperty("exp", out var expires) && expires.GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeSeconds()
            && claims.TryGetProperty("iat", out var issued) && issued.GetInt64() <= DateTimeOffset.UtcNow.ToUnixTimeSeconds()
            && Text(claims, "iss") is "cafeteria" && Text(claims, "aud") is "cafeteria-api"
            && Text(claims, "tenant_id") is { Length: > 0 } && Text(claims, "sid") is { Length: > 0 } && Text(claims, "role") is { Length: > 0 }
            && Text(claims, "sub") is { Length: > 0 } login
            ? (login, expires.GetInt64())
            : null;
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var claim) ? claim.GetString() : null;
}

/// <summary>The plain way: ASP.NET's own authentication, which looks at each token anew.</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SigningKey key)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());
        return Task.FromResult(key.Check(header["Bearer ".Length..].Trim()) is var (login, _)
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", login)], Name, "sub", "role")), Name))
            : AuthenticateResult.Fail("The token is not valid."));
    }
}
