using System.Diagnostics;
using System.Net;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>What the verbs ask who sits at a terminal.</summary>
[Collection(SharedCafeteria.Name)]
public sealed class TerminalTests(SharedCafeteria shared)
{
    private readonly RunningCafeteria _cafeteria = shared.Cafeteria;

    [Fact]
    public async Task A_password_is_asked_for_twice_and_never_shown()
    {
        await _cafeteria.EnsureServingAsync();
        const string password = "correct horse battery";
        using (var mistyped = TerminalRun.Start(_cafeteria.Silo.Settings, "create-admin", "typist"))
        {
            await mistyped.AnswerAsync("Password: ", password);
            await mistyped.AnswerAsync("Again: ", password + "x");
            Assert.Equal(1, await mistyped.EndAsync());
            Assert.Contains("not the same; no account was made", mistyped.Screen, StringComparison.Ordinal);
            Assert.DoesNotContain(password, mistyped.Screen, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await _cafeteria.Client.LoginAsync("typist", password)).Status);
        var tried = Stopwatch.GetTimestamp();
        using var typed = TerminalRun.Start(_cafeteria.Silo.Settings, "create-admin", "typist");
        // Backspace takes back what it stands behind.
        await typed.AnswerAsync("Password: ", password + "y\u007f");
        await typed.AnswerAsync("Again: ", password);
        Assert.Equal(0, await typed.EndAsync());
        Assert.Contains("typist may sign in", typed.Screen, StringComparison.Ordinal);
        Assert.DoesNotContain(password, typed.Screen, StringComparison.Ordinal);
        // A name that nobody has is looked for once a second at most.
        await Eventually.TrueAsync(
            () => Task.FromResult(Stopwatch.GetElapsedTime(tried) > TimeSpan.FromSeconds(1.1)), TimeSpan.FromSeconds(5), () => "a second should be over since the name was tried");
        _ = await _cafeteria.Client.SignInAsync("typist", password);
    }

    [Fact]
    public async Task A_reset_asks_for_the_databases_name_and_takes_nothing_else_for_a_yes()
    {
        var settings = new SiloSettings { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        var name = new NpgsqlConnectionStringBuilder(settings.ConnectionString).Database!;
        const string question = "Type the database's name to go on: ";
        using (var hasty = TerminalRun.Start(settings, "reset"))
        {
            await hasty.AnswerAsync(question, "yes");
            Assert.Equal(1, await hasty.EndAsync());
            Assert.EndsWith("Nothing was wiped.", hasty.Screen.TrimEnd(), StringComparison.Ordinal);
            Assert.Contains($"All orders of {name} ", hasty.Screen, StringComparison.Ordinal);
        }

        using (var production = TerminalRun.Start(settings with { Environment = "Production" }, "reset"))
        {
            Assert.Equal(1, await production.EndAsync());
            Assert.Contains($"reset --yes-wipe {name}", production.Screen, StringComparison.Ordinal);
            Assert.DoesNotContain(question, production.Screen, StringComparison.Ordinal);
        }

        using var meant = TerminalRun.Start(settings, "reset");
        await meant.AnswerAsync(question, name);
        Assert.Equal(0, await meant.EndAsync());
        Assert.Contains("0 orders and 0 ledger rows are gone", meant.Screen, StringComparison.Ordinal);
    }
}
