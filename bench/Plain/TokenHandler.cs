using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cafeteria.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cafeteria.Bench.Plain;

internal sealed record SigningKey(byte[] Bytes);

/// <summary>The product's own check of a token (its source file, linked), in ASP.NET's own authentication.</summary>
internal sealed class TokenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SigningKey key)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Task.FromResult(AuthenticateResult.NoResult());
        using var payload = Jwt.Verify(key.Bytes, header["Bearer ".Length..].Trim());
        return Task.FromResult(payload is not null && StudentOf(payload.RootElement) is { } student
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", student)], Name, "sub", "role")), Name))
            : AuthenticateResult.Fail("The token is not valid."));
    }

    private string? StudentOf(JsonElement claims)
    {
        var now = TimeProvider.GetUtcNow().ToUnixTimeSeconds();
        return claims.TryGetProperty("exp", out var expires) && expires.GetInt64() > now
            && claims.TryGetProperty("iat", out var issued) && issued.GetInt64() <= now
            && Text(claims, "iss") is "cafeteria" && Text(claims, "aud") is "cafeteria-api"
            && Text(claims, "tenant_id") is { Length: > 0 } && Text(claims, "sid") is { Length: > 0 } && Text(claims, "role") is { Length: > 0 }
            ? Text(claims, "sub")
            : null;
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var claim) ? claim.GetString() : null;
}
