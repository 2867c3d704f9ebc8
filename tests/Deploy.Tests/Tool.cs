using System.Diagnostics;
using System.Text.Json;

namespace Cafeteria.Tests;

/// <summary>A program of the machine's, run to its end or left running.</summary>
internal static class Tool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public sealed record Answer(int ExitCode, string Output, string Errors)
    {
        /// <summary>What it said, if it said that all is well.</summary>
        public string Succeeded => ExitCode == 0 ? Output : throw new InvalidOperationException($"It ended with {ExitCode}.\n{Output}\n{Errors}");
    }

    public static Task<Answer> RunAsync(string program, params string[] arguments) => RunAsync(program, arguments, null, null);

    public static async Task<Answer> RunAsync(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment, string? folder)
    {
        using var process = Start(program, arguments, environment, folder);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} should have ended within {Patience.TotalSeconds} s.");
        }

        return new Answer(process.ExitCode, await output, await errors);
    }

    /// <summary>YAML files, read by a real YAML parser: by file, the documents in it.</summary>
    public static async Task<JsonDocument> YamlAsync(params string[] files) =>
        JsonDocument.Parse((await RunAsync("node", [Repository.PathOf("tests/Deploy.Tests/checks/yaml.mjs"), .. files])).Succeeded);

    internal static Process Start(string program, string[] arguments, IReadOnlyDictionary<string, string>? environment, string? folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException($"{program} is not on this machine; ./test installs it (build/prerequisites.sh). {exception.Message}");
        }
    }
}
