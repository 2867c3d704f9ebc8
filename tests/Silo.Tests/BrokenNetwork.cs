using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>A way to the database that can lose one side of a connection without the other side hearing of it.</summary>
internal sealed class BrokenNetwork : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentDictionary<Socket, Socket> _leaders = [];
    private readonly EndPoint _server;
    private readonly Task _accepting;

    public BrokenNetwork(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _server = settings.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{settings.Host}/.s.PGSQL.{settings.Port}")
            : new DnsEndPoint(settings.Host, settings.Port);
        _listener.Start();
        settings.Host = "127.0.0.1";
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = settings.ConnectionString;
        _accepting = AcceptAsync();
    }

    public string ConnectionString { get; }

    /// <summary>The server sees the leader's connection end; the leader sees nothing, not even an answer.</summary>
    public void LoseLeader()
    {
        Assert.NotEmpty(_leaders);
        foreach (var server in _leaders.Keys)
            server.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
            socket.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                var server = new Socket(_server.AddressFamily is AddressFamily.Unix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
                _sockets.Add(client);
                _sockets.Add(server);
                _ = ConnectAsync(client, server);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ConnectAsync(Socket client, Socket server)
    {
        await server.ConnectAsync(_server);
        await Task.WhenAll(PumpAsync(client, server, isClient: true), PumpAsync(server, client, isClient: false));
    }

    private async Task PumpAsync(Socket from, Socket to, bool isClient)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (var packet = 0; ; packet++)
            {
                var count = await from.ReceiveAsync(buffer);
                // One of the first packets names the application; before it, encryption may be asked for.
                if (isClient && packet < 4 && buffer.AsSpan(0, count).IndexOf(Encoding.ASCII.GetBytes("cafeteria leader")) >= 0)
                    _leaders[to] = from;
                if (count == 0)
                    break;
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Broken, or broken on purpose.
        }

        if (!_leaders.ContainsKey(from))
            to.Dispose();
    }
}
