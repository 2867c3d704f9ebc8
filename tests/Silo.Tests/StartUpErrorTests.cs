using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>What cannot work is said in one sentence that tells what to do, with an exit code that is not 0.</summary>
public sealed class StartUpErrorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_port_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var sentence = await FailsWithAsync(RunningCafeteria.Quick(await DatabaseAsync()) with { Port = port });
        Assert.Contains("in use", sentence, StringComparison.Ordinal);
        Assert.Contains($":{port}", sentence, StringComparison.Ordinal);
        Assert.Contains("--urls", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_initdb()
    {
        var directory = Directory.CreateTempSubdirectory("cafeteria-none-").FullName;
        try
        {
            // Debian's folders are looked into as well, so only the option hides an installed server.
            var settings = new SiloSettings { Arguments = ["--data", directory] }.With("Database:BinDirectory", directory);
            var sentence = await FailsWithAsync(settings);
            Assert.Contains("PostgreSQL", sentence, StringComparison.Ordinal);
            Assert.Contains("install", sentence, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_database_that_is_not_there()
    {
        var settings = new NpgsqlConnectionStringBuilder(await DatabaseAsync()) { Database = "nowhere" };
        var sentence = await FailsWithAsync(new SiloSettings { ConnectionString = settings.ConnectionString });
        Assert.Contains("nowhere", sentence, StringComparison.Ordinal);
        Assert.Contains("createdb", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_refuses_the_password()
    {
        const string wrong = "not-the-password";
        var settings = new NpgsqlConnectionStringBuilder(await DatabaseAsync()) { Password = wrong };
        var sentence = await FailsWithAsync(new SiloSettings { ConnectionString = settings.ConnectionString });
        Assert.Contains("password", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong, sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_nobody_runs()
    {
        var sentence = await FailsWithAsync(new SiloSettings
        {
            ConnectionString = $"Host=127.0.0.1;Port={SiloProcess.FreePort()};Username=cafeteria;Password=secret-word;Database=cafeteria",
        });
        Assert.Contains("cannot be reached", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-word", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read() =>
        Assert.Contains("connection string", await FailsWithAsync(new SiloSettings { ConnectionString = "Hoost=db;Frobnicate=7" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("Database:PoolSize", "many")]
    [InlineData("Orders:SweepEvery", "often")]
    [InlineData("Stock:HoldLease", "2 minutes")]
    public async Task A_setting_that_cannot_be_read(string name, string value)
    {
        var sentence = await FailsWithAsync(RunningCafeteria.Quick(await DatabaseAsync()).With(name, value));
        Assert.Contains($"'{value}' at '{name}'", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_that_does_not_exist() =>
        Assert.Contains("--frobnicate", await FailsWithAsync(new SiloSettings { Arguments = ["--frobnicate"] }), StringComparison.Ordinal);

    [Fact]
    public async Task Help_is_text_on_stdout_and_success()
    {
        await using var silo = SiloProcess.Launch(new SiloSettings { Arguments = ["--help"] });
        Assert.Equal(0, await silo.WaitForExitAsync(Limit));
        Assert.Empty(silo.Log.Errors);
        var text = string.Join('\n', silo.Log.Lines);
        foreach (var option in new[] { "--urls", "--data", "ConnectionStrings__Cafeteria" })
            Assert.Contains(option, text, StringComparison.Ordinal);
    }

    private static async Task<string> DatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static async Task<string> FailsWithAsync(SiloSettings settings)
    {
        await using var silo = SiloProcess.Launch(settings);
        Assert.NotEqual(0, await silo.WaitForExitAsync(Limit));
        Assert.DoesNotContain(silo.Log.Lines, line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
        var sentence = Assert.Single(silo.Log.Errors);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        return sentence;
    }
}
