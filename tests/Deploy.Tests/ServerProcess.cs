using System.Diagnostics;

namespace Cafeteria.Tests;

/// <summary>A server of the machine's (nginx, Prometheus, …) in a folder of its own, gone with the test.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    // A test run that is stopped half way leaves nothing behind.
    private static readonly HashSet<Process> Running = [];

    private readonly Process _process;
    private readonly List<string> _said = [];

    static ServerProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        lock (Running)
            foreach (var process in Running)
                End(process);
    };

    private ServerProcess(string name, Process process)
    {
        (Name, _process) = (name, process);
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Name { get; }

    public string Log
    {
        get
        {
            lock (_said)
                return string.Join('\n', _said);
        }
    }

    /// <summary>Started, and answering 200 there.</summary>
    public static async Task<ServerProcess> StartAsync(string program, string[] arguments, Uri readyAt, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = Tool.Start(program, arguments, environment, null);
        lock (Running)
            Running.Add(process);
        var server = new ServerProcess(Path.GetFileName(program), process);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    if (process.HasExited)
                        throw new InvalidOperationException($"{server.Name} ended with {process.ExitCode}.\n{server.Log}");
                    try
                    {
                        using var answer = await http.GetAsync(readyAt);
                        return answer.IsSuccessStatusCode;
                    }
                    catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
                    {
                        return false;
                    }
                },
                TimeSpan.FromSeconds(30),
                () => $"{readyAt} should answer.\n{server.Log}");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    public ValueTask DisposeAsync()
    {
        End(_process);
        _process.WaitForExit(10_000);
        lock (Running)
            Running.Remove(_process);
        _process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private void Add(string? line)
    {
        if (line is null)
            return;
        lock (_said)
            _said.Add(line);
    }
}
