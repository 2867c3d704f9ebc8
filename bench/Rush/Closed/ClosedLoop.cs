using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Cafeteria.Bench.Rush;

/// <param name="Accepted">By item: how many portions were acknowledged.</param>
internal sealed record ClosedResult(int Answers, int Refused, int Failed, TimeSpan Took, Latencies Latencies, Dictionary<string, int> Accepted)
{
    public double PerSecond => Answers / Took.TotalSeconds;
}

/// <summary>
/// As many connections as are given, each asking again as soon as it is answered: how much a server can do, not how long
/// people wait (its latencies leave out whoever would have come meanwhile).
/// </summary>
internal sealed class ClosedLoop(Uri server, Students students, Choice choice, bool keyed, int expectedStatus)
{
    private readonly byte[][] _heads = Array.ConvertAll(students.Tokens, token => Encoding.ASCII.GetBytes(
        $"POST /api/v1/orders HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"));

    /// <param name="acknowledged">Told of every order's id, when somebody wants to know.</param>
    public async Task<ClosedResult> RunAsync(int connections, TimeSpan duration, Action<string, int, Line[]>? acknowledged = null)
    {
        var (latencies, answers, refused, failed) = (new Latencies(), 0, 0, 0);
        var accepted = new Dictionary<string, int>(StringComparer.Ordinal);
        var endpoint = new IPEndPoint((await Dns.GetHostAddressesAsync(server.Host, AddressFamily.InterNetwork))[0], server.Port);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(n => Task.Run(() => AskAsync(n))));
        return new ClosedResult(answers, refused, failed, Stopwatch.GetElapsedTime(started), latencies, accepted);

        async Task AskAsync(int seed)
        {
            var random = new Random(seed);
            var appetite = new Appetite(choice);
            var own = new Dictionary<string, int>(StringComparer.Ordinal);
            var request = new ArrayWriter();
            using var wire = new Wire(endpoint);
            await wire.ConnectAsync(CancellationToken.None);
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                var (student, lines) = (random.Next(_heads.Length), appetite.Order(random));
                Write(request, _heads[student], lines);
                var asked = Stopwatch.GetTimestamp();
                var (status, answer) = await wire.SendAsync(request.Written, CancellationToken.None);
                latencies.Record(Stopwatch.GetElapsedTime(asked));
                if (status == expectedStatus)
                    Interlocked.Increment(ref answers);
                else
                    Interlocked.Increment(ref status is >= 400 and < 500 ? ref refused : ref failed);
                if (status != 202)
                    continue;
                foreach (var line in lines)
                    own[line.ItemId] = own.GetValueOrDefault(line.ItemId) + line.Quantity;
                if (acknowledged is not null && IdIn(answer.Span) is { } id)
                    acknowledged(id, student, lines);
            }

            lock (accepted)
                foreach (var (item, count) in own)
                    accepted[item] = accepted.GetValueOrDefault(item) + count;
        }
    }

    private void Write(ArrayWriter request, byte[] head, Line[] lines)
    {
        request.Clear();
        request.Write(head);
        if (keyed)
        {
            request.Write("Idempotency-Key: "u8);
            request.WriteHex(RandomNumberGenerator.GetBytes(12));
            request.Write("\r\n"u8);
        }

        var body = BodyOf(lines);
        request.Write(Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"));
        request.Write(body);
    }

    private static readonly Dictionary<string, byte[]> OneLine = ((string[])[.. Appetite.ItemIds, Appetite.SoldOutDish])
        .ToDictionary(item => item, item => Appetite.Body([new Line(item, 1)]), StringComparer.Ordinal);

    private static byte[] BodyOf(Line[] lines) => lines is [{ Quantity: 1 } only] ? OneLine[only.ItemId] : Appetite.Body(lines);

    private static string? IdIn(ReadOnlySpan<byte> answer)
    {
        var at = answer.IndexOf("\"id\":\""u8);
        if (at < 0)
            return null;
        var rest = answer[(at + 6)..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)'"')]);
    }
}

internal sealed class ArrayWriter
{
    private readonly byte[] _bytes = new byte[16 * 1024];
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
