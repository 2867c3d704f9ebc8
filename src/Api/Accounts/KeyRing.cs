using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Cafeteria.Storage;

namespace Cafeteria.Accounts;

/// <summary>A key of access tokens, with the header that its tokens begin with.</summary>
/// <param name="SignsFrom">When every process has learnt of it.</param>
/// <param name="AcceptedUntil">When the last token it signed has run out; never, while it is the newest.</param>
public sealed record TokenKey(int Number, byte[] Secret, DateTimeOffset SignsFrom, DateTimeOffset AcceptedUntil)
{
    internal string Header { get; } = Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"alg":"HS256","kid":"{{Number}}","typ":"JWT"}""")));
}

/// <summary>
/// The keys of access tokens and their times, which follow from when each was made: a new key signs half a minute later,
/// when every process knows it; the one before it is believed until the last token it signed has run out.
/// </summary>
public sealed class KeyRing
{
    /// <summary>From a key's making to its first token.</summary>
    public static readonly TimeSpan Learning = TimeSpan.FromSeconds(30);

    private readonly TokenKey[] _keys;

    private KeyRing(TokenKey[] keys) => _keys = keys;

    /// <param name="versions">Oldest first; at least one.</param>
    /// <param name="now">By the clock that will be asked with: ages are the database's, so the two need not agree.</param>
    public static KeyRing Of(IReadOnlyList<SecretVersion> versions, DateTimeOffset now)
    {
        var keys = new TokenKey[versions.Count];
        var replaced = DateTimeOffset.MaxValue;
        for (var i = versions.Count - 1; i >= 0; i--)
        {
            // With none before it there is nothing else to sign with.
            var signsFrom = i == 0 ? DateTimeOffset.MinValue : now - versions[i].Age + Learning;
            var until = replaced == DateTimeOffset.MaxValue ? replaced : replaced + AccessTokens.Lifetime + AccessTokens.ClockDrift;
            keys[i] = new TokenKey(versions[i].Number, versions[i].Value, signsFrom, until);
            replaced = signsFrom;
        }

        return new KeyRing(keys);
    }

    /// <summary>The key that signs.</summary>
    public TokenKey Signing(DateTimeOffset now) => Array.FindLast(_keys, key => key.SignsFrom <= now) ?? _keys[0];

    /// <summary>Every key whose tokens are still believed, and those that will sign.</summary>
    public IReadOnlyList<TokenKey> Useful(DateTimeOffset now) => Array.FindAll(_keys, key => now < key.AcceptedUntil);

    /// <summary>The key of a token by its header as text, or null: a header that no key of ours writes is nobody's.</summary>
    internal TokenKey? Of(ReadOnlySpan<char> header, DateTimeOffset now)
    {
        foreach (var key in _keys)
            if (header.SequenceEqual(key.Header) || (key.Number == 1 && header.SequenceEqual(Jwt.Header)))
                return now < key.AcceptedUntil ? key : null;
        return null;
    }
}
