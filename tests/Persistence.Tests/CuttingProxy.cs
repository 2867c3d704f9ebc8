using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>
/// Stands between a process and its database and cuts where the test wants: after the database has carried out a
/// statement, before its answer is heard.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _socket;
    private int _cuts;
    private int _cutsMade;

    public CuttingProxy(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        _socket = Path.Combine(settings.Host!, ".s.PGSQL.5432");
        _listener.Start();
        settings.Host = "127.0.0.1";
        settings.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        ConnectionString = settings.ConnectionString;
        _ = AcceptAsync();
    }

    public string ConnectionString { get; }

    public int CutsMade => Volatile.Read(ref _cutsMade);

    /// <summary>The next answers are not heard: the connection breaks in their place.</summary>
    public void CutNextAnswers(int count) => Volatile.Write(ref _cuts, count);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using (client)
        {
            try
            {
                await server.ConnectAsync(new UnixDomainSocketEndPoint(_socket));
                await Task.WhenAny(ForwardAsync(client, server, false), ForwardAsync(server, client, true));
            }
            catch (SocketException)
            {
            }
        }
    }

    private async Task ForwardAsync(Socket from, Socket to, bool answers)
    {
        var buffer = new byte[65536];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var count)
            {
                if (answers && Interlocked.Decrement(ref _cuts) >= 0)
                {
                    Interlocked.Increment(ref _cutsMade);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }
}
