using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Cafeteria.Storage;

namespace Cafeteria.Orders;

/// <summary>
/// Ids of orders: 128 bits as 26 characters of base32. With an idempotency key they follow from who orders and the key,
/// so that a retried request reaches the same order, with no table of keys and for ever.
/// </summary>
internal sealed class OrderIds(ISecrets secrets)
{
    public const int Length = 26;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);
    private byte[]? _secret;

    /// <summary>Whether an order could have this id; spares grains the look at what cannot.</summary>
    public static bool IsValid(string id) => id.Length == Length && !id.AsSpan().ContainsAnyExcept(Allowed);

    public static string New()
    {
        Span<byte> bits = stackalloc byte[16];
        RandomNumberGenerator.Fill(bits);
        return Write(bits);
    }

    public async ValueTask<string> ForKeyAsync(string tenant, string student, string key, CancellationToken cancellationToken)
        => Derive(_secret ??= await secrets.GetAsync("order-ids", cancellationToken), tenant, student, key);

    internal static string Derive(ReadOnlySpan<byte> secret, string tenant, string student, string key)
    {
        // Each part with its length before it: "a" + "bc" and "ab" + "c" must not be one order.
        Span<byte> message = stackalloc byte[12 + Encoding.UTF8.GetMaxByteCount(tenant.Length + student.Length + key.Length)];
        var length = 0;
        foreach (var part in (ReadOnlySpan<string>)[tenant, student, key])
        {
            var written = Encoding.UTF8.GetBytes(part, message[(length + 4)..]);
            BinaryPrimitives.WriteInt32BigEndian(message[length..], written);
            length += 4 + written;
        }

        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, message[..length], mac);
        return Write(mac[..16]);
    }

    private static string Write(ReadOnlySpan<byte> bits)
    {
        Span<char> text = stackalloc char[Length];
        var value = BinaryPrimitives.ReadUInt128BigEndian(bits);
        // From the left, five bits each; the last character has the three that remain.
        for (var i = 0; i < Length - 1; i++)
            text[i] = Alphabet[(int)(value >> (123 - 5 * i)) & 31];
        text[Length - 1] = Alphabet[(int)(value << 2) & 31];
        return new string(text);
    }
}
