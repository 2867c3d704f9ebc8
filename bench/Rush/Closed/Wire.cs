using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cafeteria.Bench.Rush;

/// <summary>
/// One keep-alive connection that sends ready-made requests: on a machine that the server shares with its load, every
/// microsecond of the generator is missing from what is measured (HttpClient's are as many as the server's own).
/// </summary>
internal sealed class Wire(IPEndPoint server, int longestAnswer = 64 * 1024) : IDisposable
{
    private readonly Socket _socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[longestAnswer];
    private int _end;

    public ValueTask ConnectAsync(CancellationToken cancellationToken) => _socket.ConnectAsync(server, cancellationToken);

    /// <summary>The status, and the answer's bytes, body as it was sent (in chunks, perhaps), good until the next request.</summary>
    public async ValueTask<(int Status, ReadOnlyMemory<byte> Answer)> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < request.Length;)
            sent += await _socket.SendAsync(request[sent..], SocketFlags.None, cancellationToken);
        _end = 0;
        int length;
        while ((length = LengthOf(_buffer.AsSpan(0, _end))) < 0)
        {
            if (_end == _buffer.Length)
                throw new IOException("The answer is too long.");
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, cancellationToken);
            if (received == 0)
                throw new IOException("The server closed the connection.");
            _end += received;
        }

        return (int.Parse(_buffer.AsSpan(9, 3), CultureInfo.InvariantCulture), _buffer.AsMemory(0, length));
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Of the whole answer; negative while it is not all there.</summary>
    private static int LengthOf(ReadOnlySpan<byte> received)
    {
        var headers = received.IndexOf("\r\n\r\n"u8);
        if (headers < 0)
            return -1;
        var head = received[..(headers + 2)];
        var body = received[(headers + 4)..];
        if (head.IndexOf("\r\nContent-Length: "u8) is var at and >= 0)
            return Utf8Parser.TryParse(head[(at + 18)..], out int length, out _) && body.Length >= length ? headers + 4 + length : -1;

        if (head.IndexOf("\r\nTransfer-Encoding: chunked"u8) < 0)
            return headers + 4;
        var read = 0;
        while (true)
        {
            var line = body[read..].IndexOf("\r\n"u8);
            if (line < 0 || !Utf8Parser.TryParse(body[read..], out int chunk, out _, 'x'))
                return -1;
            read += line + 2 + chunk + 2;
            if (read > body.Length)
                return -1;
            if (chunk == 0)
                return headers + 4 + read;
        }
    }
}
