using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>What an operator does to the data: back it up, put it back, wipe it, change its keys.</summary>
public sealed class MaintenanceTests(MaintenanceTests.Fixture fixture) : IClassFixture<MaintenanceTests.Fixture>
{
    private readonly RunningCafeteria _cafeteria = fixture.Cafeteria;

    private SiloSettings Here => _cafeteria.Silo.Settings;

    public sealed class Fixture : IAsyncLifetime
    {
        public RunningCafeteria Cafeteria { get; private set; } = null!;

        public async Task InitializeAsync() => Cafeteria = await RunningCafeteria.OpenAsync();

        public Task DisposeAsync() => Cafeteria.DisposeAsync().AsTask();
    }

    [Fact]
    public async Task A_backup_taken_while_orders_go_on_comes_back_in_another_server_with_balanced_books_and_can_be_wiped_there()
    {
        using var folder = new TemporaryFolder("cafeteria-backup-");
        var student = (await _cafeteria.AdmitAsync("keeper", 1))[0];
        var dish = await _cafeteria.AddDishAsync("kept", 50);
        var order = (await _cafeteria.Client.PlaceAsync(student, "kept", new Line(dish, 3))).Value;
        await _cafeteria.SettleAsync(dish);
        var crowd = new Crowd(_cafeteria.Client, await _cafeteria.AdmitAsync("backup", 4), [dish], seed: 1);
        _ = await _cafeteria.Client.ReceiveAsync(_cafeteria.Manager, dish, 100_000);
        crowd.Start();
        var file = Path.Combine(folder.Path, "night.tar");
        var said = (await CommandRun.RunAsync(Here, "backup", file)).Succeeded();
        await crowd.CloseAsync(TimeSpan.FromSeconds(20));

        Assert.Contains("newest migration", said, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFiles(folder.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Contains("never written over", (await CommandRun.RunAsync(Here, "backup", file)).Refused(), StringComparison.Ordinal);
        Assert.Contains("not empty", (await CommandRun.RunAsync(Here, "restore", file)).Refused(), StringComparison.Ordinal);

        // Into a database that somebody made …
        var empty = new SiloSettings { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false) };
        Assert.Contains("orders      ok", (await CommandRun.RunAsync(empty, "restore", file)).Succeeded(), StringComparison.Ordinal);
        Assert.Equal(1L, await ScalarAsync(empty, $"select count(*) from orders where id = '{order.Id}' and status = 'completed'"));

        // … and into a private server, where the product goes on with it.
        var data = Path.Combine(folder.Path, "data");
        var report = (await CommandRun.RunAsync(new SiloSettings(), "restore", file, "--data", data)).Succeeded();
        Assert.DoesNotContain("private PostgreSQL server", report, StringComparison.Ordinal); // a report is read, not collected
        var restored = await SiloProcess.StartAsync(new SiloSettings { Arguments = ["--data", data], Settings = RunningCafeteria.Quick("").Settings });
        await using (restored)
        {
            using var client = new CafeteriaClient(restored);
            Assert.Equal(order.Number, (await client.GetOrderAsync(student, order.Id)).Value.Number);
            Assert.True((await client.PlaceAsync(student, "kept", new Line(dish, 3))).Replayed);
            _ = (await client.PlaceAsync(student, "after", new Line(dish, 1))).Value;
            await RunningCafeteria.SettleAsync(client, _cafeteria.Manager, restored, dish);
            await restored.StopAsync();
        }

        // The copy is wiped: by its name alone, and only while nobody serves it.
        var name = new NpgsqlConnectionStringBuilder(empty.ConnectionString).Database!;
        Assert.Contains("serves this database", (await CommandRun.RunAsync(Here, "reset", "--yes-wipe", Name(Here))).Refused(), StringComparison.Ordinal);
        Assert.Contains($"--yes-wipe {name}", (await CommandRun.RunAsync(empty with { Environment = "Production" }, "reset")).Refused(), StringComparison.Ordinal);
        Assert.Contains("Nobody can be asked", (await CommandRun.RunAsync(empty, "reset")).Refused(), StringComparison.Ordinal);
        Assert.Contains("names cafeteria", (await CommandRun.RunAsync(empty, "reset", "--yes-wipe", "cafeteria")).Refused(), StringComparison.Ordinal);
        Assert.NotEqual(0L, await ScalarAsync(empty, "select count(*) from orders"));
        (await CommandRun.RunAsync(empty with { Environment = "Production" }, "reset", "--yes-wipe", name)).Succeeded();

        Assert.Equal(0L, await ScalarAsync(empty, "select (select count(*) from orders) + (select count(*) from revoked_sessions) + (select count(*) from secrets where name like 'jwt%')"));
        Assert.Equal(0L, await ScalarAsync(empty, "select count(*) from grain_state where name = 'account' and jsonb_array_length(payload -> 'sessions') > 0"));
        Assert.Equal(50L, await ScalarAsync(empty, "select received::bigint - sold - written_off from stock_head where item = 'kept'"));
        Assert.Equal(1L, await ScalarAsync(empty, "select count(*) from grain_state where grain_id = 'account/iut/keeper-1'"));
        (await CommandRun.RunAsync(empty, "check", "--books")).Succeeded();
        (await CommandRun.RunAsync(empty, "seed")).Succeeded();
        Assert.Equal(50L, await ScalarAsync(empty, "select received::bigint - sold - written_off from stock_head where item = 'kept'"));
        Assert.Equal(100L, await ScalarAsync(empty, "select received::bigint - sold - written_off from stock_head where tenant = 'iut' and item = 'chicken-biriyani'"));
    }

    [Fact]
    public async Task What_is_no_backup_or_a_newer_ones_or_damaged_is_refused_and_leaves_the_database_empty()
    {
        using var folder = new TemporaryFolder("cafeteria-backup-");
        var empty = new SiloSettings { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false) };
        var nothing = Path.Combine(folder.Path, "nothing.tar");
        await File.WriteAllTextAsync(nothing, "not a backup");
        Assert.Contains("nothing.tar", (await CommandRun.RunAsync(empty, "restore", nothing)).Refused(), StringComparison.Ordinal);

        var source = new SiloSettings { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        var damaged = Path.Combine(folder.Path, "damaged.tar");
        (await CommandRun.RunAsync(source, "backup", damaged)).Succeeded();
        var bytes = await File.ReadAllBytesAsync(damaged);
        bytes[^3000] ^= 0xff;
        await File.WriteAllBytesAsync(damaged, bytes);
        Assert.Contains("damaged", (await CommandRun.RunAsync(empty, "restore", damaged)).Refused(), StringComparison.Ordinal);

        await ExecuteAsync(source, "insert into migrations (name, hash) values ('999_future.sql', 'x')");
        var newer = Path.Combine(folder.Path, "newer.tar");
        (await CommandRun.RunAsync(source, "backup", newer)).Succeeded();
        Assert.Contains("999_future.sql", (await CommandRun.RunAsync(empty, "restore", newer)).Refused(), StringComparison.Ordinal);
        Assert.Equal(0L, await ScalarAsync(empty, "select count(*) from pg_tables where schemaname = 'public'"));
    }

    [Fact]
    public async Task A_change_of_keys_signs_nobody_out_until_the_old_key_has_had_its_time()
    {
        var before = (await _cafeteria.AdmitAsync("rotation", 1))[0];
        Assert.Equal("1", KeyIdOf(before));
        (await CommandRun.RunAsync(Here, "rotate-keys")).Succeeded();
        Assert.Contains("under way", (await CommandRun.RunAsync(Here, "rotate-keys")).Refused(), StringComparison.Ordinal);
        var after = await RefreshAsync(before);
        Assert.Equal("1", KeyIdOf(after));

        // As if the key had been made a minute ago.
        await AgeNewestKeyAsync("1 minute");
        await Eventually.TrueAsync(async () => KeyIdOf(after = await RefreshAsync(after)) == "2", TimeSpan.FromSeconds(30), () => "the new key should sign");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(before));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(after));

        await AgeNewestKeyAsync("1 hour");
        await Eventually.TrueAsync(
            async () => await StatusAsync(before) is HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(30), () => "a token of the retired key should be refused");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(after));
        Assert.Contains("key 2  signs", (await CommandRun.RunAsync(Here, "rotate-keys", "--list")).Succeeded(), StringComparison.Ordinal);

        (await CommandRun.RunAsync(Here, "rotate-keys", "--leaked")).Succeeded();
        await Eventually.TrueAsync(
            async () => await StatusAsync(after) is HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(30), () => "a token of the leaked key should be refused");
        Assert.Equal("3", KeyIdOf(await RefreshAsync(after)));
        await _cafeteria.SignManagerInAgainAsync();
    }

    private async Task<Session> RefreshAsync(Session session) =>
        (await _cafeteria.Client.SendAsync<Session>(null, HttpMethod.Post, "auth/refresh", new { refreshToken = session.RefreshToken })).Value with { Login = session.Login };

    private async Task<HttpStatusCode> StatusAsync(Session who) => (await _cafeteria.Client.SendAsync<object>(who, HttpMethod.Get, "me")).Status;

    private static string? KeyIdOf(Session session)
    {
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(session.AccessToken.Split('.')[0]));
        return header.RootElement.GetProperty("kid").GetString();
    }

    private Task AgeNewestKeyAsync(string age) =>
        ExecuteAsync(Here, $"update secrets set made_at = now() - interval '{age}' where name = (select max(name) from secrets where name like 'jwt-signing/%')");

    private static string Name(SiloSettings settings) => new NpgsqlConnectionStringBuilder(settings.ConnectionString).Database!;

    private static async Task ExecuteAsync(SiloSettings settings, string sql) => await ScalarAsync(settings, sql);

    private static async Task<object?> ScalarAsync(SiloSettings settings, string sql)
    {
        await using var source = NpgsqlDataSource.Create(settings.ConnectionString!);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
