using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;

namespace Cafeteria.Bench.Rush;

/// <summary>A server under load, in a process of its own, as this configuration built it.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Queue<string> _lastLines = new();

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => _process.Id;

    /// <param name="project">Its folder, from the repository's root.</param>
    public static async Task<ServerProcess> StartAsync(string project, IReadOnlyDictionary<string, string> settings)
    {
        var name = Path.GetFileName(project);
        var assembly = Path.Combine(Metadata("Root"), project, Metadata("Output"), $"Cafeteria.{name}.dll");
        if (!File.Exists(assembly))
            throw new RushException($"{assembly} is not there: build it (dotnet build {project} -c Release).");
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(assembly);
        start.ArgumentList.Add("--urls");
        start.ArgumentList.Add(address.OriginalString);
        foreach (var given in start.Environment.Keys.Where(key => key.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || key.StartsWith("ConnectionStrings__", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(given);
        foreach (var (key, value) in settings)
            start.Environment[key] = value;
        var server = new ServerProcess(Process.Start(start)!, address);
        server._process.OutputDataReceived += server.Keep;
        server._process.ErrorDataReceived += server.Keep;
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        Leftovers.Add(server.Kill);
        try
        {
            await server.WaitUntilReadyAsync(name);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>User and system time of the process so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory that it has, threads, and open handles.</summary>
    public (long WorkingSet, int Threads, int Handles) Size
    {
        get
        {
            _process.Refresh();
            return (_process.WorkingSet64, _process.Threads.Count, Directory.GetFiles($"/proc/{Id}/fd").Length);
        }
    }

    public Task<Metrics> MetricsAsync() => Metrics.ReadAsync(Address);

    public async ValueTask DisposeAsync()
    {
        Leftovers.Remove(Kill);
        Kill();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync(string name)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > StartLimit)
                throw new RushException($"{name} did not start:\n{LastLines()}");
            try
            {
                using var ready = await http.GetAsync(new Uri("/readyz", UriKind.Relative));
                if (ready.StatusCode is HttpStatusCode.OK)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
            {
                // Not listening yet.
            }

            await Task.Delay(50);
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_lastLines)
        {
            if (line.Data is not null)
                _lastLines.Enqueue(line.Data);
            if (_lastLines.Count > 40)
                _lastLines.Dequeue();
        }
    }

    public string LastLines()
    {
        lock (_lastLines)
            return string.Join('\n', _lastLines);
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Metadata(string key) =>
        typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
