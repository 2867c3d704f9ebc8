using System.Diagnostics;

namespace Cafeteria.Tests;

/// <summary>Everything a process has said, line by line as it came.</summary>
public sealed class ProcessLog
{
    private const int TailLines = 40;

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<(bool Error, string Text)> _lines = [];

    internal ProcessLog(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Add(false, line.Data);
        process.ErrorDataReceived += (_, line) => Add(true, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
                return [.. _lines.Select(line => line.Text)];
        }
    }

    /// <summary>What came on stderr.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (_lock)
                return [.. _lines.Where(line => line.Error).Select(line => line.Text)];
        }
    }

    /// <summary>How often a text stands in it so far.</summary>
    public int Count(string text) => Lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>The last lines, for a failure's message.</summary>
    public async Task<string> TailAsync()
    {
        if (_process.HasExited)
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(1_000)); // the rest of the pipes
        var lines = Lines;
        return string.Join('\n', lines.Skip(Math.Max(0, lines.Count - TailLines)).Select(line => $"  | {line}"));
    }

    private void Add(bool error, string? text)
    {
        if (text is null)
            return;
        lock (_lock)
            _lines.Add((error, text));
    }
}
