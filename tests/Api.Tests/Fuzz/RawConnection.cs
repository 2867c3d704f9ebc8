using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Cafeteria.Tests.Fuzz;

/// <param name="Status">0: the connection was closed without an answer.</param>
internal sealed record RawAnswer(int Status, string ContentType, string Body);

/// <summary>Bytes to the server as they are, for no client library sends what a fuzzer makes up. Kept alive while the server agrees.</summary>
internal sealed class RawConnection(Uri address) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TcpClient? _client;
    private BufferedStream? _input;

    public async Task<RawAnswer> SendAsync(byte[] request)
    {
        using var limit = new CancellationTokenSource(Patience);
        var kept = _client is not null;
        var answer = await TryAsync(request, limit.Token);
        // The server may close a connection that it kept: then it has not seen the request, and a new one is to tell.
        return answer.Status == 0 && kept ? await TryAsync(request, limit.Token) : answer;
    }

    public void Dispose() => Close();

    private async Task<RawAnswer> TryAsync(byte[] request, CancellationToken cancellationToken)
    {
        try
        {
            if (_client is null)
            {
                _client = new TcpClient { NoDelay = true };
                await _client.ConnectAsync(address.Host, address.Port, cancellationToken);
                _input = new BufferedStream(_client.GetStream(), 16 * 1024);
            }

            await _client.GetStream().WriteAsync(request, cancellationToken);
            return await ReadAsync(cancellationToken);
        }
        catch (IOException)
        {
            Close();
            return new RawAnswer(0, "", "");
        }
    }

    private async Task<RawAnswer> ReadAsync(CancellationToken cancellationToken)
    {
        var status = int.Parse((await LineAsync(cancellationToken)).Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await LineAsync(cancellationToken) is { Length: > 0 } line)
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();

        var type = headers.GetValueOrDefault("Content-Type", "");
        var body = "";
        var endless = type.StartsWith("text/event-stream", StringComparison.Ordinal);
        if (headers.TryGetValue("Content-Length", out var length))
            body = await BytesAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        else if (headers.ContainsKey("Transfer-Encoding") && !endless)
            body = await ChunksAsync(cancellationToken);
        if (endless || headers.GetValueOrDefault("Connection", "").Equals("close", StringComparison.OrdinalIgnoreCase))
            Close();
        return new RawAnswer(status, type, body);
    }

    private async Task<string> ChunksAsync(CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        int size;
        do
        {
            size = int.Parse(await LineAsync(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            all.Append(await BytesAsync(size, cancellationToken));
            await LineAsync(cancellationToken);
        }
        while (size > 0);
        return all.ToString();
    }

    private async Task<string> BytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await _input!.ReadExactlyAsync(bytes, cancellationToken);
        return Encoding.UTF8.GetString(bytes);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await _input!.ReadExactlyAsync(one, cancellationToken);
            if (one[0] == '\n')
                return line.ToString();
            if (one[0] != '\r')
                line.Append((char)one[0]);
        }
    }

    private void Close()
    {
        _input?.Dispose();
        _client?.Dispose();
        (_client, _input) = (null, null);
    }
}
