using Cafeteria.Persistence;
using Cafeteria.Silo.Hosting;
using Microsoft.AspNetCore.Connections;

namespace Cafeteria.Silo;

/// <summary>What the executable understands, and how it ends: 0 after a graceful stop, 1 with one sentence that says what to do.</summary>
internal static class CommandLine
{
    private const string Help = """
        Cafeteria: serves the API and the web app.

          --urls URL[;URL]   where to listen (http://localhost:8080)
          --data DIR         where the private PostgreSQL keeps its files
          --health           ask the process at that address whether it lives: 0 yes, 1 no
          --help             this text

        Without ConnectionStrings__Cafeteria in the environment a private PostgreSQL is started.
        Every setting of appsettings.json can be given as an environment variable (Orders__MaxOpenPerStudent=10).
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--help") || args.Contains("-h"))
        {
            Console.WriteLine(Help);
            return 0;
        }

        var probing = args.Contains(HealthProbe.Option);
        args = [.. args.Where(argument => argument != HealthProbe.Option)];
        if (Unknown(args) is { } unknown)
            return Fail($"'{unknown}' is not understood; --help lists the options.");
        if (probing)
            return await HealthProbe.AskAsync(args);
        try
        {
            await using var application = await SiloApplication.BuildAsync(args, builder => ListenAddresses.AssertFree(builder.Configuration));
            await application.RunAsync();
            return Environment.ExitCode;
        }
        catch (DatabaseStartException exception)
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

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }
}
