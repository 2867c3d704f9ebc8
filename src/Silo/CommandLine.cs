using Cafeteria.Persistence;
using Cafeteria.Silo.Commands;
using Cafeteria.Silo.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Cafeteria.Silo;

/// <summary>
/// What the executable understands: a verb, or to serve. It ends with 0 when all went well, 1 with one sentence that says
/// what to do, 2 when it was not understood.
/// </summary>
internal static class CommandLine
{
    private static string Help => $"""
        Cafeteria: serves the API and the web app.

          --urls URL[;URL]   where to listen (http://localhost:8080)
          --data DIR         where the private PostgreSQL keeps its files
          --health           ask the process at that address whether it lives: 0 yes, 1 no
          --version          which version this is
          --help             this text

        Or one of these, which do their work and end; VERB --help says more:

        {string.Join('\n', Verb.All.Select(verb => $"  {verb.Name,-17}  {verb.Summary}"))}

        Without ConnectionStrings__Cafeteria in the environment a private PostgreSQL is started.
        Every setting of appsettings.json can be given as an environment variable (Orders__MaxOpenPerStudent=10).
        Exit code: 0 done, 1 refused or failed (one sentence says why), 2 not understood.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            return args is [var name, .. var words] && !name.StartsWith('-') ? await RunAsync(name, words) : await ServeAsync(args);
        }
        catch (UsageException exception)
        {
            return Fail(exception.Message, Verb.WrongUsage);
        }
        catch (Exception exception) when (exception is RefusedException or DatabaseStartException or BackupException)
        {
            return Fail(exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return Fail($"The address is in use by another program ({exception.Message.TrimEnd('.')}); stop it, or choose another with --urls http://localhost:8081.");
        }
        catch (Exception exception) when (IsOfSettings(exception))
        {
            return Fail($"A setting cannot be read: {exception.Message}");
        }
    }

    private static async Task<int> RunAsync(string name, string[] words)
    {
        if (Verb.Find(name) is not { } verb)
            throw new UsageException($"'{name}' is not understood; --help lists the verbs.");
        if (!IsHelp(words))
            return await verb.RunAsync(new VerbContext(verb, words));
        Console.WriteLine(verb.Help);
        return Verb.Ok;
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        if (IsHelp(args) || args.Contains("--version"))
        {
            Console.WriteLine(IsHelp(args) ? Help : ProductVersion.Text);
            return Verb.Ok;
        }

        string[] options = [.. args.Where(argument => argument != HealthProbe.Option)];
        if (Unknown(options) is { } unknown)
            throw new UsageException($"'{unknown}' is not understood; --help lists the options.");
        if (options.Length < args.Length)
            return await HealthProbe.AskAsync(options);
        await using var application = await SiloApplication.BuildAsync(args, builder => ListenAddresses.AssertFree(builder.Configuration));
        await application.RunAsync();
        return Environment.ExitCode;
    }

    private static bool IsHelp(string[] words) => words.Contains("--help") || words.Contains("-h");

    private static string? Unknown(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i].Split('=')[0];
            if (name is not ("--urls" or "--data"))
                return args[i];
            if (!args[i].Contains('=', StringComparison.Ordinal) && ++i == args.Length)
                return $"{name} without a value";
        }

        return null;
    }

    /// <summary>The binder names the setting and its value, and wraps what the converter said, at times twice.</summary>
    private static bool IsOfSettings(Exception? exception) => exception switch
    {
        FormatException => true,
        InvalidOperationException or ArgumentException => IsOfSettings(exception.InnerException),
        _ => false,
    };

    private static int Fail(string sentence, int code = Verb.Failed)
    {
        Console.Error.WriteLine(sentence);
        return code;
    }
}
