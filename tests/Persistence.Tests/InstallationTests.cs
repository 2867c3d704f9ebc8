using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cafeteria.Tests;

public sealed class InstallationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Migrations_are_applied_once_by_however_many_processes_start()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false);
        var processes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Process.OpenAsync(connectionString)));
        try
        {
            Assert.Equal(Migrator.Embedded().Length, await processes[0].ScalarAsync<long>("select count(*) from migrations"));
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_migration_that_was_changed_after_it_was_applied_is_refused()
    {
        await using var process = await Process.OpenNewAsync();
        var changed = Migrator.Embedded();
        changed[0] = changed[0] with { Sql = changed[0].Sql + "\n-- and more" };

        var refused = await Assert.ThrowsAsync<DatabaseStartException>(() => Migrator.ApplyAsync(process.Database.Source, changed, NullLogger.Instance, None));

        Assert.Contains(changed[0].Name, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_behind()
    {
        await using var process = await Process.OpenNewAsync();
        Migration[] broken = [.. Migrator.Embedded(), new("900_fine.sql", "create table fine (a int)"), new("901_broken.sql", "create table broken (a nonsense)")];

        await Assert.ThrowsAsync<DatabaseStartException>(() => Migrator.ApplyAsync(process.Database.Source, broken, NullLogger.Instance, None));

        Assert.Equal(0, await process.ScalarAsync<long>("select count(*) from pg_class where relname = 'fine'"));
        Assert.Equal(2, await Migrator.ApplyAsync(
            process.Database.Source, [.. broken[..^1], new("901_broken.sql", "create table broken (a int)")], NullLogger.Instance, None));
    }

    [Fact]
    public async Task What_cannot_be_connected_to_is_told_in_one_sentence_with_a_remedy()
    {
        var connectionString = new NpgsqlConnectionStringBuilder(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync(migrated: false));
        async Task<string> RefusalAsync(Action<NpgsqlConnectionStringBuilder> change)
        {
            var changed = new NpgsqlConnectionStringBuilder(connectionString.ConnectionString);
            change(changed);
            var message = (await Assert.ThrowsAsync<DatabaseStartException>(() => Process.OpenAsync(changed.ConnectionString))).Message;
            Assert.DoesNotContain(connectionString.Password!, message, StringComparison.Ordinal);
            return message;
        }

        Assert.Contains("wrong password", await RefusalAsync(c => c.Password = "guessed"), StringComparison.Ordinal);
        Assert.Contains("createdb", await RefusalAsync(c => c.Database = "nowhere"), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", await RefusalAsync(c => (c.Host, c.Port) = ("127.0.0.1", 1)), StringComparison.Ordinal);
        var unreadable = await Assert.ThrowsAsync<DatabaseStartException>(() => Process.OpenAsync("Host=x;Nonsense=1"));
        Assert.Contains("ConnectionStrings__Cafeteria", unreadable.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_the_same_for_every_process_and_another_for_every_name()
    {
        await using var one = await Process.OpenNewAsync();
        await using var two = await Process.OpenAsync(one.Database.ConnectionString);

        var secrets = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => new Secrets(i % 2 == 0 ? one.Database : two.Database).GetAsync("ids")));

        Assert.All(secrets, s => Assert.Equal(secrets[0], s));
        Assert.Equal(32, secrets[0].Length);
        Assert.NotEqual(secrets[0], await new Secrets(one.Database).GetAsync("tokens"));
    }

    [Fact]
    public async Task A_revoked_session_is_known_here_at_once_elsewhere_soon_and_after_a_restart_from_the_start()
    {
        await using var one = await Process.OpenNewAsync();
        await using var two = await Process.OpenAsync(one.Database.ConnectionString);
        using var here = new RevokedSessions(one.Database);
        using var there = new RevokedSessions(two.Database);
        await here.StartAsync(None);
        await there.StartAsync(None);
        var calls = 0;
        using var watch = there.OnRevoked("s1", () => Interlocked.Increment(ref calls));
        using var forgotten = there.OnRevoked("s1", () => Assert.Fail("This one was disposed."));
        forgotten.Dispose();

        await here.RevokeAsync("s1", DateTimeOffset.UtcNow.AddMinutes(10));
        Assert.True(here.IsRevoked("s1"));
        Assert.False(here.IsRevoked("s2"));
        await Row.UntilAsync("the other process knows that the session is revoked", () => Task.FromResult(there.IsRevoked("s1")));
        await Row.UntilAsync("the other process's watcher is called", () => Task.FromResult(calls == 1));
        using (there.OnRevoked("s1", () => Interlocked.Increment(ref calls)))
            Assert.Equal(2, calls);

        using var later = new RevokedSessions(two.Database);
        await later.StartAsync(None);
        Assert.True(later.IsRevoked("s1"));
        foreach (var sessions in new[] { here, there, later })
            await sessions.StopAsync(None);
    }

    [Fact]
    public async Task A_revocation_that_commits_late_is_not_skipped()
    {
        await using var process = await Process.OpenNewAsync();
        using var sessions = new RevokedSessions(process.Database);
        await using var late = await RowLock.TakeAsync(
            process.Database.ConnectionString, "insert into revoked_sessions (session_id, expires_at) values ('late', now() + interval '1 hour')");
        await sessions.RefreshAsync(None);
        await sessions.RevokeAsync("early", DateTimeOffset.UtcNow.AddHours(1));
        await sessions.RefreshAsync(None);

        await late.ReleaseAsync();
        await sessions.RefreshAsync(None);

        Assert.True(sessions.IsRevoked("late"));
    }

    [Fact]
    public async Task Revocations_are_forgotten_when_their_tokens_have_run_out()
    {
        var clock = new SetClock(DateTimeOffset.UtcNow);
        await using var database = await (await PostgresServer.SharedAsync()).OpenDatabaseAsync(clock);
        await using var process = new Process(database);
        using var sessions = new RevokedSessions(database);
        await sessions.RevokeAsync("short", clock.Now.AddMinutes(1));
        await sessions.RevokeAsync("long", clock.Now.AddHours(1));

        clock.Now += TimeSpan.FromMinutes(2);
        await sessions.PruneAsync(None);

        Assert.False(sessions.IsRevoked("short"));
        Assert.True(sessions.IsRevoked("long"));
        Assert.Equal("long", await process.ScalarAsync<string>("select string_agg(session_id, ' ') from revoked_sessions"));
    }

    private sealed class SetClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
