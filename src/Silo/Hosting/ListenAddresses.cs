using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Cafeteria.Silo.Hosting;

/// <summary>
/// The web server binds last: by then a process whose port is taken would have started a database server and begun to
/// lead, only to fall over in the middle of it. So the addresses are tried before anything is begun.
/// </summary>
internal static class ListenAddresses
{
    /// <exception cref="IOException">With an <see cref="AddressInUseException"/> inside, as from the web server itself.</exception>
    public static void AssertFree(IConfiguration configuration)
    {
        foreach (var url in (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = BindingAddress.Parse(url);
            if (address is { IsUnixPipe: false, IsNamedPipe: false, Port: > 0 } && EndPointOf(address) is { } endpoint)
                Try(endpoint, url);
        }
    }

    /// <summary>Null for names that only the web server can make something of.</summary>
    private static IPEndPoint? EndPointOf(BindingAddress address) => address.Host switch
    {
        "localhost" => new IPEndPoint(IPAddress.Loopback, address.Port),
        "*" or "+" => new IPEndPoint(IPAddress.Any, address.Port),
        var host => IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? new IPEndPoint(ip, address.Port) : null,
    };

    private static void Try(IPEndPoint endpoint, string url)
    {
        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            throw new IOException(url, new AddressInUseException(exception.Message, exception));
        }
        catch (SocketException)
        {
            // Whatever else is the matter with it, the web server says better.
        }
    }
}
