using System.Diagnostics;

namespace Cafeteria.Tests;

/// <summary>A verb of the executable as somebody at a terminal calls it: it asks, and he types. The terminal is util-linux' <c>script</c>.</summary>
public sealed class TerminalRun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private string _screen = "";

    private TerminalRun(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Everything that was to be seen.</summary>
    public string Screen
    {
        get
        {
            lock (_gate)
                return _screen;
        }
    }

    public static TerminalRun Start(SiloSettings settings, params string[] words)
    {
        var start = SiloProcess.StartInfo(settings, words);
        var command = string.Join(' ', new[] { start.FileName }.Concat(start.ArgumentList).Select(word => $"'{word}'"));
        start.FileName = "script";
        start.ArgumentList.Clear();
        foreach (var word in (string[])["--quiet", "--return", "--command", command, "/dev/null"])
            start.ArgumentList.Add(word);
        start.Environment["TERM"] = "dumb";
        return new TerminalRun(Process.Start(start)!);
    }

    /// <summary>When the question is there, not before: what is typed earlier, any terminal shows.</summary>
    public async Task AnswerAsync(string question, string answer)
    {
        var started = Stopwatch.GetTimestamp();
        while (!Screen.EndsWith(question, StringComparison.Ordinal))
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > Limit)
                throw new InvalidOperationException($"It should have asked '{question}', and said: {Screen}");
            await Task.Delay(20);
        }

        await _process.StandardInput.WriteAsync(answer + "\n");
        await _process.StandardInput.FlushAsync();
    }

    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _reading.WaitAsync(Limit);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var some = new char[1024];
        while (await _process.StandardOutput.ReadAsync(some) is > 0 and var count)
            lock (_gate)
                _screen += new string(some, 0, count);
    }
}
