using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>The verbs of the executable, each as an operator calls it, on one cafeteria that has served before.</summary>
[Collection(SharedCafeteria.Name)]
public sealed class CommandTests(SharedCafeteria shared)
{
    private static readonly string[] Verbs = ["seed", "reset", "check", "migrate", "prune", "backup", "restore", "certs", "create-admin", "rotate-keys"];

    private readonly RunningCafeteria _cafeteria = shared.Cafeteria;

    private SiloSettings Here => _cafeteria.Silo.Settings;

    [Fact]
    public async Task Each_has_a_help_and_stands_in_the_list_of_them()
    {
        var list = (await CommandRun.RunAsync(new SiloSettings(), "--help")).Succeeded();
        await Task.WhenAll(Verbs.Select(async verb =>
        {
            Assert.Contains($"  {verb} ", list, StringComparison.Ordinal);
            var help = (await CommandRun.RunAsync(new SiloSettings(), verb, "--help")).Succeeded();
            Assert.Contains($"usage: Cafeteria.Silo {verb} ", help, StringComparison.Ordinal);
            Assert.Contains("exit code: 0", help, StringComparison.Ordinal);
        }));
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("migrate --frobnicate")]
    [InlineData("backup")]
    [InlineData("reset --yes-wipe")]
    [InlineData("prune")]
    [InlineData("prune --keep some")]
    [InlineData("create-admin ab")]
    [InlineData("create-admin somebody --role student")]
    [InlineData("certs dir --name not/a/name")]
    public async Task What_is_not_understood_ends_with_2(string words) =>
        (await CommandRun.RunAsync(new SiloSettings(), words.Split(' '))).Refused(exitCode: 2);

    [Fact]
    public async Task Check_says_that_everything_is_well_and_what_is_not()
    {
        await _cafeteria.EnsureServingAsync();
        var good = (await CommandRun.RunAsync(Here, "check", "--url", _cafeteria.Silo.Address.ToString())).Succeeded();
        foreach (var part in new[] { "database", "schema", "leader", "server", "stock", "orders", "due" })
            Assert.Contains($"{part,-10}  ok ", good, StringComparison.Ordinal);

        var dish = await _cafeteria.AddDishAsync("misbooked", 10);
        var student = (await _cafeteria.AdmitAsync("misbooked", 1))[0];
        _ = (await _cafeteria.Client.PlaceAsync(student, "misbooked", new Line(dish, 2))).Value;
        await _cafeteria.SettleAsync(dish);
        try
        {
            await ExecuteAsync("update stock_head set received = received + 1 where item = 'misbooked'; update stock_ledger set quantity = 3 where item = 'misbooked' and kind = 'sold'");
            var bad = await CommandRun.RunAsync(Here, "check", "--books");
            Assert.Equal(1, bad.ExitCode);
            Assert.Contains("stock       WRONG  iut/misbooked: the head says 11 received", bad.Output, StringComparison.Ordinal);
            Assert.Contains("has 2 of misbooked, 2 recorded as sold, and the ledger says 3", bad.Output, StringComparison.Ordinal);
        }
        finally
        {
            await ExecuteAsync("update stock_head set received = received - 1 where item = 'misbooked'; update stock_ledger set quantity = 2 where item = 'misbooked' and kind = 'sold'");
        }

        (await CommandRun.RunAsync(Here, "check", "--books")).Succeeded();
        var unserved = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var nobody = await CommandRun.RunAsync(new SiloSettings { ConnectionString = unserved }, "check", "--url", $"http://127.0.0.1:{SiloProcess.FreePort()}");
        Assert.Equal(1, nobody.ExitCode);
        Assert.Contains("leader      WRONG  no process serves", nobody.Output, StringComparison.Ordinal);
        Assert.Contains("server      WRONG", nobody.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_brings_an_empty_database_up_to_date_once()
    {
        var settings = new SiloSettings { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false) };
        Assert.Contains("missing  001_grain_state.sql", (await CommandRun.RunAsync(settings, "migrate", "--list")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("run migrate first", (await CommandRun.RunAsync(settings, "reset", "--yes-wipe", "x")).Refused(), StringComparison.Ordinal);
        Assert.Contains("applied  001_grain_state.sql", (await CommandRun.RunAsync(settings, "migrate")).Succeeded(), StringComparison.Ordinal);
        Assert.Contains("was up to date", (await CommandRun.RunAsync(settings, "migrate")).Succeeded(), StringComparison.Ordinal);
        Assert.DoesNotContain("missing", (await CommandRun.RunAsync(settings, "migrate", "--list")).Succeeded(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_for_the_names_asked_for_and_stay_while_they_are_good()
    {
        var directory = Directory.CreateTempSubdirectory("cafeteria-certs-");
        try
        {
            (await CommandRun.RunAsync(new SiloSettings(), "certs", directory.FullName, "--name", "canteen.local", "--name", "10.1.2.3")).Succeeded();
            string[] files = ["ca.crt", "ca.key", "server.crt", "server.key"];
            Assert.Equal(files, directory.GetFiles().Select(file => file.Name).Order());
            foreach (var key in files.Where(file => file.EndsWith(".key", StringComparison.Ordinal)))
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory.FullName, key)));
            using var authority = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "ca.crt"));
            using var server = X509Certificate2.CreateFromPemFile(Path.Combine(directory.FullName, "server.crt"), Path.Combine(directory.FullName, "server.key"));
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            Assert.True(chain.Build(server), string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation)));
            Assert.All(["localhost", "127.0.0.1", "::1", "canteen.local", "10.1.2.3"], name => Assert.True(server.MatchesHostname(name), name));

            Assert.Contains("nothing was changed", (await CommandRun.RunAsync(new SiloSettings(), "certs", directory.FullName, "--name", "canteen.local")).Succeeded(), StringComparison.Ordinal);
            (await CommandRun.RunAsync(new SiloSettings(), "certs", directory.FullName, "--name", "another.local")).Succeeded();
            using var next = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(directory.FullName, "server.crt"));
            Assert.True(next.MatchesHostname("another.local"));
            Assert.True(chain.Build(next), "Another name should not take another authority.");

            // Half an authority is a mishap: another in its place would be trusted by nobody.
            foreach (var half in new[] { "ca.key", "ca.crt" })
            {
                var (file, elsewhere) = (Path.Combine(directory.FullName, half), Path.Combine(directory.FullName, "elsewhere"));
                File.Move(file, elsewhere);
                var kept = directory.GetFiles("ca.*").Select(found => File.ReadAllText(found.FullName)).ToArray();
                Assert.Contains($"without {half}", (await CommandRun.RunAsync(new SiloSettings(), "certs", directory.FullName)).Refused(), StringComparison.Ordinal);
                Assert.Equal(kept, directory.GetFiles("ca.*").Select(found => File.ReadAllText(found.FullName)));
                File.Move(elsewhere, file);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task An_admin_is_made_while_the_product_serves_even_of_a_name_that_was_tried_before()
    {
        await _cafeteria.EnsureServingAsync();
        const string password = "correct horse battery";
        Assert.Equal(HttpStatusCode.Unauthorized, (await _cafeteria.Client.LoginAsync("head-cook", password)).Status);
        var tried = Stopwatch.GetTimestamp();
        Assert.Contains("12 to 128", (await CommandRun.RunAsync(Here, "short\n", ["create-admin", "head-cook", "--password-stdin"])).Refused(), StringComparison.Ordinal);
        Assert.Contains("--password-stdin", (await CommandRun.RunAsync(Here, "create-admin", "head-cook")).Refused(), StringComparison.Ordinal);

        (await CommandRun.RunAsync(Here, $"{password}\n", ["create-admin", "Head-Cook", "--name", "The head cook", "--password-stdin"])).Succeeded();

        // A name that nobody has is looked for once a second at most, however often it is tried.
        await Eventually.TrueAsync(
            () => Task.FromResult(Stopwatch.GetElapsedTime(tried) > TimeSpan.FromSeconds(1.1)), TimeSpan.FromSeconds(5), () => "a second should be over since the name was tried");
        var admin = await _cafeteria.Client.SignInAsync("head-cook", password);
        var me = (await _cafeteria.Client.SendAsync<object>(admin, HttpMethod.Get, "me")).Body;
        Assert.Contains("\"role\":\"admin\"", me, StringComparison.Ordinal);
        Assert.Contains("is taken", (await CommandRun.RunAsync(Here, $"{password}\n", ["create-admin", "head-cook", "--password-stdin"])).Refused(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await _cafeteria.Client.RegisterAsync("head-cook", password)).Status);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Here.ConnectionString!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
