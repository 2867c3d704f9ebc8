using System.Net.WebSockets;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tracking;

/// <summary>An order's events over a WebSocket. Liveness is the protocol's: pings every 15 s, and the end 60 s after the last pong.</summary>
internal sealed class OrderSocket(IOptions<TrackingOptions> options)
{
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);
    private static readonly byte[] Pong = """{"event":"pong"}"""u8.ToArray();

    public async Task ServeAsync(HttpContext http, IAsyncEnumerable<StreamEvent> events, EventStream stream)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            KeepAliveInterval = options.Value.PingEvery,
            KeepAliveTimeout = options.Value.PongWithin,
        });
        using var writing = new SemaphoreSlim(1, 1);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        // Somebody must be reading, or pongs are never seen and the far side's close neither.
        var reading = ReadAsync(socket, writing, over, stream);
        try
        {
            await foreach (var item in events)
            {
                if (over.IsCancellationRequested)
                    break;
                await SendAsync(socket, writing, item.ToFrame(), over.Token);
                item.CountPushed();
            }

            using var closing = new CancellationTokenSource(CloseWithin);
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, closing.Token);
            await reading.WaitAsync(closing.Token);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The far side went away, or did not take what was sent.
        }
        finally
        {
            await over.CancelAsync();
            socket.Abort();
            await reading;
        }
    }

    private static async Task ReadAsync(WebSocket socket, SemaphoreSlim writing, CancellationTokenSource over, EventStream stream)
    {
        var buffer = new byte[256];
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(), over.Token);
                if (received.MessageType is WebSocketMessageType.Close)
                    break;
                // Whatever clients say is let go, but for a ping in words: browsers cannot send the protocol's own.
                if (received is { MessageType: WebSocketMessageType.Text, EndOfMessage: true } && buffer.AsSpan(0, received.Count).IndexOf("ping"u8) >= 0)
                    await SendAsync(socket, writing, Pong, over.Token);
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The end of the connection, however it came.
        }

        await over.CancelAsync();
        stream.End();
    }

    private static async Task SendAsync(WebSocket socket, SemaphoreSlim writing, byte[] frame, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(frame, WebSocketMessageType.Text, true, cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }
}
