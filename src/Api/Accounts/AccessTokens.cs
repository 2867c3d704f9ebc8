using System.Buffers;
using System.Text.Json;
using Cafeteria.Http;

namespace Cafeteria.Accounts;

/// <summary>Makes and checks access tokens. A token is what it was signed as for 15 minutes; only a revoked session ends it sooner.</summary>
internal sealed class AccessTokens(TokenKeys keys, IRevokedSessions revoked, [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
{
    public const string Issuer = "cafeteria";
    public const string Audience = "cafeteria-api";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>By when every access token made up to now has run out.</summary>
    public static DateTimeOffset AllExpireAt(DateTimeOffset now) => now + Lifetime + TimeSpan.FromSeconds(5);

    // The standby that takes over may have a clock that is a little behind; a token's end is never stretched.
    public static readonly TimeSpan ClockDrift = TimeSpan.FromMinutes(1);

    public async ValueTask<string> IssueAsync(AccountProfile profile, string sessionId, CancellationToken cancellationToken)
    {
        var ring = await keys.GetAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var key = ring.Signing(now);
        var payload = new ArrayBufferWriter<byte>(384);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteString("sub", profile.Login);
            json.WriteString("tenant_id", profile.Tenant);
            json.WriteString("role", Snake<Role>.Name(profile.Role));
            json.WriteString("sid", sessionId);
            json.WriteString("name", profile.FullName);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            json.WriteString("iss", Issuer);
            json.WriteString("aud", Audience);
            json.WriteEndObject();
        }

        return Jwt.Sign(key.Secret, key.Header, payload.WrittenSpan);
    }

    /// <summary>Whose token it is, or null when it is not to be believed.</summary>
    public async ValueTask<Caller?> CheckAsync(string token, CancellationToken cancellationToken)
    {
        var header = token.AsMemory(0, Math.Max(0, token.IndexOf('.', StringComparison.Ordinal)));
        var now = clock.GetUtcNow();
        var key = (await keys.GetAsync(cancellationToken)).Of(header.Span, now) ?? (await keys.GetNewerAsync(cancellationToken)).Of(header.Span, now);
        return key is null ? null : Check(key.Secret, token);
    }

    private Caller? Check(byte[] key, string token)
    {
        using var payload = Jwt.Verify(key, token);
        if (payload is null)
            return null;

        var claims = payload.RootElement;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (Number(claims, "exp") is not { } expires || expires <= now
            || Number(claims, "iat") is not { } issued || issued > now + ClockDrift.TotalSeconds
            || Text(claims, "iss") is not Issuer || Text(claims, "aud") is not Audience
            || Text(claims, "sub") is not { Length: > 0 } login || Text(claims, "tenant_id") is not { Length: > 0 } tenant
            || Text(claims, "sid") is not { Length: > 0 } session || Text(claims, "name") is not { } name
            || Text(claims, "role") is not { } roleName || !Snake<Role>.TryParse(roleName, out var role)
            || revoked.IsRevoked(session))
            return null;
        return new Caller(login, tenant, role, session, name, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    /// <summary>The key that signs now; fails while none can be had.</summary>
    public async ValueTask<byte[]> KeyAsync(CancellationToken cancellationToken) => (await keys.GetAsync(cancellationToken)).Signing(clock.GetUtcNow()).Secret;

    private static string? Text(JsonElement claims, string name)
        => claims.TryGetProperty(name, out var claim) && claim.ValueKind is JsonValueKind.String ? claim.GetString() : null;

    private static long? Number(JsonElement claims, string name)
        => claims.TryGetProperty(name, out var claim) && claim.ValueKind is JsonValueKind.Number && claim.TryGetInt64(out var number)
            && number is > 0 and < 253402300799 ? number : null;
}
