using System.Collections.Concurrent;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Cafeteria.Accounts;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Cafeteria.Bench.Plain;

internal sealed record SigningKey(byte[] Bytes);

/// <summary>
/// Says who calls as the product does: the token checked once (by the product's own source file, linked) and remembered, and
/// neither handler nor ticket for each request.
/// </summary>
internal sealed class BearerTokens(RequestDelegate next, SigningKey key)
{
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<string, Student>.AlternateLookup<ReadOnlySpan<char>> _verified =
        new ConcurrentDictionary<string, Student>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
    private int _count;

    public Task InvokeAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString().AsSpan();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Find(header["Bearer ".Length..].Trim()) is { } student)
            context.User = student;
        return next(context);
    }

    private Student? Find(ReadOnlySpan<char> token)
    {
        if (!_verified.TryGetValue(token, out var student) && (student = Check(token.ToString())) is not null && Interlocked.Increment(ref _count) <= Most)
            _verified[token] = student;
        return student is not null && DateTimeOffset.UtcNow.ToUnixTimeSeconds() < student.Expires ? student : null;
    }

    private Student? Check(string token)
    {
        using var payload = Jwt.Verify(key.Bytes, token);
        return payload?.RootElement is { } claims
            && claims.TryGetProperty("exp", out var expires)
            && claims.TryGetProperty("iat", out var issued) && issued.GetInt64() <= DateTimeOffset.UtcNow.ToUnixTimeSeconds()
            && Text(claims, "iss") is "cafeteria" && Text(claims, "aud") is "cafeteria-api"
            && Text(claims, "tenant_id") is { Length: > 0 } && Text(claims, "sid") is { Length: > 0 } && Text(claims, "role") is { Length: > 0 }
            && Text(claims, "sub") is { Length: > 0 } login
            ? new Student(login, expires.GetInt64())
            : null;
    }

    private static string? Text(JsonElement claims, string name) => claims.TryGetProperty(name, out var claim) ? claim.GetString() : null;
}

internal sealed class Student(string login, long expires) : ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", login)], NotLetIn.Scheme, "sub", "role"))
{
    public long Expires => expires;
}

/// <summary>What is said to a caller who is not let in: 401.</summary>
internal sealed class NotLetIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "Bearer";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
}
