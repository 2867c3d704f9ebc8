using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cafeteria.Accounts;

/// <summary>
/// JSON web tokens in their one form that is used here: compact, HMAC-SHA256 (RFC 7515, 7518 section 3.2, 7519). The
/// algorithm is never chosen by the token: whatever is not exactly HS256 is no token.
/// </summary>
internal static class Jwt
{
    public const int MaxLength = 4096;

    private static readonly SearchValues<char> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Of a token that names no key.</summary>
    public static readonly string Header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);

    public static string Sign(ReadOnlySpan<byte> key, ReadOnlySpan<byte> payload) => Sign(key, Header, Base64Url.EncodeToString(payload));

    public static string Sign(ReadOnlySpan<byte> key, string header, ReadOnlySpan<byte> payload) => Sign(key, header, Base64Url.EncodeToString(payload));

    internal static string Sign(ReadOnlySpan<byte> key, string header, string payload)
    {
        var signed = $"{header}.{payload}";
        return $"{signed}.{Signature(key, signed)}";
    }

    /// <summary>The payload of a token that this key signed, or null. Says nothing of the claims in it.</summary>
    public static JsonDocument? Verify(ReadOnlySpan<byte> key, string token)
    {
        if (token.Length is 0 or > MaxLength)
            return null;
        var first = token.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : token.IndexOf('.', first + 1);
        if (first <= 0 || second <= first + 1)
            return null;

        // Compared as text: a base64url decoder that forgives stray trailing bits would take an altered signature for this one.
        var expected = Bytes(Signature(key, token.AsSpan(0, second)));
        if (!CryptographicOperations.FixedTimeEquals(expected, Bytes(token.AsSpan(second + 1))))
            return null;

        using var header = Parse(token.AsSpan(0, first));
        if (header is null || !Is(header, "alg", "HS256") || header.RootElement.TryGetProperty("crit", out _))
            return null;
        return Parse(token.AsSpan(first + 1, second - first - 1));
    }

    private static string Signature(ReadOnlySpan<byte> key, ReadOnlySpan<char> signed)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(signed.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(signed, bytes);
            Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(key, bytes.AsSpan(0, length), mac);
            return Base64Url.EncodeToString(mac);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static ReadOnlySpan<byte> Bytes(ReadOnlySpan<char> text) => MemoryMarshal.AsBytes(text);

    private static JsonDocument? Parse(ReadOnlySpan<char> part)
    {
        if (part.ContainsAnyExcept(Alphabet))
            return null;
        try
        {
            var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), new JsonDocumentOptions { MaxDepth = 4 });
            if (document.RootElement.ValueKind is JsonValueKind.Object)
                return document;
            document.Dispose();
            return null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static bool Is(JsonDocument document, string name, string value)
        => document.RootElement.TryGetProperty(name, out var element) && element.ValueKind is JsonValueKind.String && element.ValueEquals(value);
}
