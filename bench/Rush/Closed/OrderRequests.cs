using System.Text;

namespace Cafeteria.Bench.Rush;

/// <summary>Requests for orders as they go over the wire, made from parts that are made once.</summary>
internal sealed class OrderRequests(Uri server, Students students)
{
    private static readonly Dictionary<string, byte[]> OneLine = ((string[])[.. Appetite.Ids(Appetite.MostDishes), Appetite.SoldOutDish])
        .ToDictionary(item => item, item => Appetite.Body([new Line(item, 1)]), StringComparer.Ordinal);

    private readonly byte[][] _heads = Array.ConvertAll(students.Tokens, token => Encoding.ASCII.GetBytes(
        $"POST /api/v1/orders HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"));

    /// <param name="key">Empty: without one.</param>
    public void Write(ArrayWriter request, int student, Line[] lines, ReadOnlySpan<byte> key)
    {
        request.Clear();
        request.Write(_heads[student]);
        if (!key.IsEmpty)
        {
            request.Write("Idempotency-Key: "u8);
            request.WriteHex(key);
            request.Write("\r\n"u8);
        }

        if (Random.Shared.Next(Stages.OneIn) == 0)
        {
            Span<byte> ids = stackalloc byte[24];
            Random.Shared.NextBytes(ids);
            request.Write("traceparent: 00-"u8);
            request.WriteHex(ids[..16]);
            request.Write("-"u8);
            request.WriteHex(ids[16..]);
            request.Write("-01\r\n"u8);
        }

        var body = lines is [{ Quantity: 1 } only] ? OneLine[only.ItemId] : Appetite.Body(lines);
        request.Write(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        request.Write(body);
    }
}

internal sealed class ArrayWriter(int size = 16 * 1024)
{
    private readonly byte[] _bytes = new byte[size];
    private int _length;

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear() => _length = 0;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void WriteHex(ReadOnlySpan<byte> bytes)
    {
        Convert.TryToHexStringLower(bytes, _bytes.AsSpan(_length), out var written);
        _length += written;
    }
}
