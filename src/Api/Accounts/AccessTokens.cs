using System.Buffers;
using System.Text.Json;
using Cafeteria.Http;
using Cafeteria.Storage;

namespace Cafeteria.Accounts;

/// <summary>Makes and checks access tokens. A token is what it was signed as for 15 minutes; only a revoked session ends it sooner.</summary>
internal sealed class AccessTokens(ISecrets secrets, IRevokedSessions revoked, [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
{
    public const string Issuer = "cafeteria";
    public const string Audience = "cafeteria-api";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>By when every access token made up to now has run out.</summary>
    public static DateTimeOffset AllExpireAt(DateTimeOffset now) => now + Lifetime + TimeSpan.FromSeconds(5);

    // The standby that takes over may have a clock that is a little behind; a token's end is never stretched.
    private const int ClockDrift = 60;

    private byte[]? _key;

    public async ValueTask<string> IssueAsync(AccountProfile profile, string sessionId, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(cancellationToken);
        var now = clock.GetUtcNow();
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

        return Jwt.Sign(key, payload.WrittenSpan);
    }

    /// <summary>Whose token it is, or null when it is not to be believed.</summary>
    public ValueTask<Caller?> CheckAsync(string token, CancellationToken cancellationToken)
        => _key is { } key ? new(Check(key, token)) : CheckWithNewKeyAsync(token, cancellationToken);

    private async ValueTask<Caller?> CheckWithNewKeyAsync(string token, CancellationToken cancellationToken)
        => Check(await KeyAsync(cancellationToken), token);

    private Caller? Check(byte[] key, string token)
    {
        using var payload = Jwt.Verify(key, token);
        if (payload is null)
            return null;

        var claims = payload.RootElement;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (Number(claims, "exp") is not { } expires || expires <= now
            || Number(claims, "iat") is not { } issued || issued > now + ClockDrift
            || Text(claims, "iss") is not Issuer || Text(claims, "aud") is not Audience
            || Text(claims, "sub") is not { Length: > 0 } login || Text(claims, "tenant_id") is not { Length: > 0 } tenant
            || Text(claims, "sid") is not { Length: > 0 } session || Text(claims, "name") is not { } name
            || Text(claims, "role") is not { } roleName || !Snake<Role>.TryParse(roleName, out var role)
            || revoked.IsRevoked(session))
            return null;
        return new Caller(login, tenant, role, session, name, DateTimeOffset.FromUnixTimeSeconds(expires));
    }

    public async ValueTask<byte[]> KeyAsync(CancellationToken cancellationToken)
        => _key ??= await secrets.GetAsync("jwt-signing", cancellationToken);

    private static string? Text(JsonElement claims, string name)
        => claims.TryGetProperty(name, out var claim) && claim.ValueKind is JsonValueKind.String ? claim.GetString() : null;

    private static long? Number(JsonElement claims, string name)
        => claims.TryGetProperty(name, out var claim) && claim.ValueKind is JsonValueKind.Number && claim.TryGetInt64(out var number)
            && number is > 0 and < 253402300799 ? number : null;
}
