using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cafeteria.Accounts;

/// <summary>
/// What a refresh token says before it is believed: whose account to ask, which session, and a secret of which only the
/// hash is stored. Written <c>{account}.{session}.{secret}</c>; opaque to clients.
/// </summary>
internal readonly record struct RefreshToken(string Tenant, string Login, string SessionId, string Secret)
{
    private const int MaxLength = 1024;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string HashOf(string secret) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    public override string ToString()
        => $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(GrainKey.For(Tenant, Login)))}.{SessionId}.{Secret}";

    public static bool TryParse(string? text, out RefreshToken token)
    {
        token = default;
        if (text is null or { Length: > MaxLength } || text.Split('.') is not [var account, { Length: > 0 } session, { Length: 43 } secret]
            || !Base64Url.IsValid(account) || !Base64Url.IsValid(secret))
            return false;
        try
        {
            var key = Strict.GetString(Base64Url.DecodeFromChars(account));
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            if (slash <= 0 || slash == key.Length - 1 || key.Contains('\0', StringComparison.Ordinal))
                return false;
            token = new RefreshToken(key[..slash], key[(slash + 1)..], session, secret);
            return true;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return false;
        }
    }
}
