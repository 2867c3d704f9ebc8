using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Cafeteria.Tests;

/// <summary>The built product as a child process, with what may happen to a process: signals, death, a new start.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    public static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private const int SigInt = 2;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    // A test run that is stopped half way leaves no silo behind.
    private static readonly HashSet<Process> Running = [];

    private readonly Process _process;

    static SiloProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        lock (Running)
            foreach (var process in Running)
                KillQuietly(process);
    };

    private SiloProcess(SiloSettings settings, Uri address, Process process)
    {
        (Settings, Address, _process) = (settings, address, process);
        Log = new ProcessLog(process);
    }

    /// <summary>With the port that was chosen.</summary>
    public SiloSettings Settings { get; }

    public Uri Address { get; }

    public ProcessLog Log { get; }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The assembly this configuration's build of src/Silo made.</summary>
    public static string Assembly { get; } = typeof(SiloProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SiloAssembly").Value!;

    /// <summary>Started and serving.</summary>
    public static async Task<SiloProcess> StartAsync(SiloSettings settings)
    {
        var silo = Launch(settings);
        try
        {
            await silo.WaitUntilReadyAsync(StartLimit);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Started, and nothing waited for.</summary>
    public static SiloProcess Launch(SiloSettings settings)
    {
        settings = settings with
        {
            Port = settings.Port ?? FreePort(),
            ClusterPorts = settings.ClusterPorts ?? (FreePort(), FreePort()),
        };
        var address = new Uri($"http://127.0.0.1:{settings.Port}");
        var process = Start(settings, ["--urls", address.OriginalString, .. settings.Arguments]);
        lock (Running)
            Running.Add(process);
        return new SiloProcess(settings, address, process);
    }

    /// <summary>The executable with these arguments alone, in the environment of these settings.</summary>
    internal static Process Start(SiloSettings settings, IEnumerable<string> arguments)
    {
        var start = StartInfo(settings, arguments);
        return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
    }

    internal static ProcessStartInfo StartInfo(SiloSettings settings, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.ArgumentList.Add(Assembly);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
            start.Environment.Remove(name);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = settings.Environment;
        if (settings.ConnectionString is not null)
            start.Environment["ConnectionStrings__Cafeteria"] = settings.ConnectionString;
        // Silos of a cluster (GrainHost=Orleans) talk to each other; the embedded host does not look at these.
        if (settings.ClusterPorts is { } ports)
        {
            start.Environment["Cluster__SiloPort"] = ports.Silo.ToString(CultureInfo.InvariantCulture);
            start.Environment["Cluster__GatewayPort"] = ports.Gateway.ToString(CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in settings.Settings)
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return start;
    }

    /// <summary>Whether it serves now: <c>/readyz</c> answers 200.</summary>
    public async Task<bool> IsReadyAsync() => await StatusAsync("/readyz") is HttpStatusCode.OK;

    /// <summary>Null: no answer within five seconds.</summary>
    public async Task<HttpStatusCode?> StatusAsync(string path)
    {
        try
        {
            using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            return response.StatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    public Task WaitUntilReadyAsync(TimeSpan limit) => WaitForAsync("/readyz", HttpStatusCode.OK, limit);

    /// <summary>Until a path answers this status.</summary>
    public async Task WaitForAsync(string path, HttpStatusCode status, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        HttpStatusCode? last = null;
        while (Stopwatch.GetElapsedTime(started) < limit)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The silo ended with {_process.ExitCode} while {path} was awaited.\n{await Log.TailAsync()}");
            last = await StatusAsync(path);
            if (last == status)
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException($"{path} of {Address} should have answered {(int)status} within {limit.TotalSeconds} s; last: {(int?)last}.\n{await Log.TailAsync()}");
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed. Waits until the process is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit(10_000); // with a limit, it does not wait for pipes that a database server may hold open
    }

    /// <summary>SIGSTOP: alive, and does nothing until <see cref="Thaw"/>.</summary>
    public void Freeze()
    {
        Signal(SigStop);
        // A thread on another core goes on until it next asks the kernel for something: on a busy machine that was time enough
        // to take a request and send its write, and the silo seemed to have acted in its sleep.
        var until = DateTime.UtcNow.AddSeconds(10);
        while (!Directory.GetDirectories($"/proc/{_process.Id}/task").All(IsStopped))
        {
            if (DateTime.UtcNow > until)
                throw new TimeoutException("The silo should have stopped within 10 s of SIGSTOP.");
            Thread.Sleep(1);
        }

        static bool IsStopped(string thread)
        {
            try
            {
                var stat = File.ReadAllText($"{thread}/stat");
                return stat[stat.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return true; // it has ended
            }
        }
    }

    public void Thaw() => Signal(SigCont);

    /// <summary>SIGTERM, and a graceful end: exit code 0 within the limit (10 s).</summary>
    public Task<TimeSpan> StopAsync(TimeSpan? limit = null) => EndAsync(SigTerm, limit ?? TimeSpan.FromSeconds(10));

    /// <summary>SIGINT, as Ctrl-C sends it, and a graceful end.</summary>
    public Task<TimeSpan> InterruptAsync(TimeSpan? limit = null) => EndAsync(SigInt, limit ?? TimeSpan.FromSeconds(10));

    /// <summary>Until it ends by itself; its exit code.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The silo should have ended within {limit.TotalSeconds} s.\n{await Log.TailAsync()}");
        }
    }

    /// <summary>A new process with the same settings at the same address, after this one has ended (it is killed if it has not).</summary>
    public async Task<SiloProcess> RestartAsync(Func<SiloSettings, SiloSettings>? change = null)
    {
        await DisposeAsync();
        return await StartAsync(change is null ? Settings : change(Settings));
    }

    public ValueTask DisposeAsync()
    {
        KillQuietly(_process);
        _process.WaitForExit(10_000);
        lock (Running)
            Running.Remove(_process);
        return ValueTask.CompletedTask;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<TimeSpan> EndAsync(int signal, TimeSpan limit)
    {
        var started = Stopwatch.GetTimestamp();
        Signal(signal);
        var code = await WaitForExitAsync(limit);
        var took = Stopwatch.GetElapsedTime(started);
        return code == 0 ? took : throw new InvalidOperationException($"A graceful stop should end with 0, not {code}.\n{await Log.TailAsync()}");
    }

    private void Signal(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} could not be sent to process {_process.Id} (errno {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>What belongs to the test run, not to the silo.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_ENVIRONMENT" or "URLS";

    private static void KillQuietly(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
