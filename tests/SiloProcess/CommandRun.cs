using System.Diagnostics;

namespace Cafeteria.Tests;

/// <summary>What one verb of the executable said, and how it ended.</summary>
public sealed record CommandRun(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<CommandRun> RunAsync(SiloSettings settings, params string[] words) => RunAsync(settings, "", words);

    /// <summary>With this on its standard input, and nobody at a terminal.</summary>
    public static async Task<CommandRun> RunAsync(SiloSettings settings, string input, string[] words)
    {
        using var process = SiloProcess.Start(settings, words);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{string.Join(' ', words)} should have ended within {Limit.TotalSeconds} s: {await output}{await errors}");
        }

        return new CommandRun(process.ExitCode, await output, await errors);
    }

    /// <summary>The output of a success; anything else fails with what was said.</summary>
    public string Succeeded() => ExitCode == 0 ? Output : throw new InvalidOperationException($"Expected success, got {ExitCode}: {Errors}{Output}");

    /// <summary>The one sentence of a refusal.</summary>
    public string Refused(int exitCode = 1) => ExitCode == exitCode && Errors.Trim().Split('\n') is [var sentence] && sentence.Length > 0
        ? sentence
        : throw new InvalidOperationException($"Expected exit code {exitCode} and one sentence, got {ExitCode}: {Errors}{Output}");
}
