using Cafeteria.Persistence;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Microsoft.Extensions.Hosting;

namespace Cafeteria.Tests;

public sealed class LeadershipTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("10.0.0.1", true)]
    [InlineData("/run/postgresql", false)]
    [InlineData("@cafeteria", false)]
    public void A_socket_of_this_machine_is_not_asked_for_keepalives_that_it_refuses(string host, bool kept) =>
        Assert.Equal(kept, LeaderSession.SettingsOf($"Host={host}").TcpKeepAlive);

    [Fact]
    public async Task One_process_serves_and_the_other_takes_over_when_it_stops()
    {
        await using var first = await Candidate.StartAsync(await NewDatabaseAsync());
        await first.UntilServingAsync();
        await using var second = await Candidate.StartAsync(first.ConnectionString);
        await second.UntilStandingByAsync();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => second.Process.WriteOrderAsync(Row.NewOrder("o1")));
        Assert.False(second.Process.Database.Health.Serving);
        var began = 0;
        second.Process.Database.Gate.OnServing(() => Interlocked.Increment(ref began));

        await first.Leadership.StopAsync(None);
        Assert.False(first.Process.Database.Health.Serving);

        await second.UntilServingAsync();
        Assert.Equal(1, began);
        await second.Process.WriteOrderAsync(Row.NewOrder("o1"));
        Assert.True((await second.Process.ReadOrderAsync("o1")).RecordExists);
    }

    [Fact]
    public async Task A_deposed_process_can_write_nothing_and_ends()
    {
        await using var first = await Candidate.StartAsync(await NewDatabaseAsync());
        await first.UntilServingAsync();
        var epoch = (await first.Process.Books.TakeOverAsync(Row.Tenant, "rice", None)).Epoch;

        // Another has taken over without this one's noticing: its own gate is still open.
        await first.Process.ExecuteAsync("update leader set epoch = epoch + 1");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => first.Process.WriteOrderAsync(Row.NewOrder("o1", sold: ("rice", 1, epoch))));

        await Row.UntilAsync("the deposed process ends", () => Task.FromResult(first.Lifetime.HasStopped));
        Assert.False(first.Process.Database.Gate.Serving);
        Assert.Equal(0, await first.Process.ScalarAsync<long>("select count(*) from orders"));
    }

    [Theory]
    [InlineData("grain")]
    [InlineData("take over")]
    [InlineData("receive")]
    [InlineData("reorder level")]
    [InlineData("claim")]
    public async Task Every_kind_of_write_requires_the_epoch(string kind)
    {
        await using var first = await Candidate.StartAsync(await NewDatabaseAsync());
        await first.UntilServingAsync();
        var process = first.Process;
        var epoch = (await process.Books.TakeOverAsync(Row.Tenant, "rice", None)).Epoch;
        var due = Row.NewOrder("due");
        due.State = due.State! with { DueAt = Row.Noon };
        await process.WriteOrderAsync(due);
        var before = await ContentsAsync(process);
        await process.ExecuteAsync("update leader set epoch = epoch + 1");

        Func<Task> write = kind switch
        {
            "grain" => () => process.WriteCounterAsync("c", new(new Counter())),
            "take over" => () => process.Books.TakeOverAsync(Row.Tenant, "soup", None),
            "receive" => () => process.Books.ChangeAsync(Row.Tenant, "rice", epoch, false, new ChangeStock(1, "k", "chef", null, null, null, null), None),
            "reorder level" => () => process.Books.SetReorderLevelAsync(Row.Tenant, "rice", 5, None),
            _ => async () =>
            {
                Assert.Empty(await process.Rows.ClaimDueAsync(Row.Noon, TimeSpan.FromSeconds(5), 10, None));
                throw new StorageUnavailableException();
            }
            ,
        };
        await Assert.ThrowsAsync<StorageUnavailableException>(write);

        Assert.Equal(before, await ContentsAsync(process));
    }

    [Fact]
    public async Task A_take_over_waits_for_the_statement_in_flight_of_the_process_before()
    {
        await using var first = await Candidate.StartAsync(await NewDatabaseAsync());
        await first.UntilServingAsync();
        var order = Row.NewOrder("o1");
        await first.Process.WriteOrderAsync(order);
        await using var second = await Candidate.StartAsync(first.ConnectionString);
        await second.UntilStandingByAsync();
        await using var frozen = await RowLock.TakeAsync(first.ConnectionString, "select from orders for update");
        var writing = first.Process.WriteOrderAsync(order);
        await RowLock.UntilSomebodyWaitsAsync(first.Process);

        await first.Process.ExecuteAsync("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cafeteria leader' and datname = current_database() and pid in (select pid from pg_locks where locktype = 'advisory' and granted)");
        // The lock has passed on, or come back; whoever has it, nobody serves under a new epoch beside the write.
        await RowLock.UntilSomebodyWaitsAsync(first.Process);
        Assert.False(second.Process.Database.Gate.Serving);
        await frozen.ReleaseAsync();

        await writing;
        Assert.Equal(order.ETag, (await first.Process.ScalarAsync<long>("select etag from orders")).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task A_restarted_database_heals_without_a_restart_of_the_process()
    {
        await using var server = await PostgresServer.StartAsync();
        await using var first = await Candidate.StartAsync(await server.CreateDatabaseAsync());
        await first.UntilServingAsync();
        await first.Process.WriteOrderAsync(Row.NewOrder("before"));

        await server.StopAsync();
        await Row.UntilAsync("the process is passive", () => Task.FromResult(!first.Process.Database.Gate.Serving));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => first.Process.WriteOrderAsync(Row.NewOrder("during")));
        await server.StartAgainAsync();

        await first.UntilServingAsync();
        await Row.UntilAsync("the database is known to answer", () => Task.FromResult(first.Process.Database.Health.Reachable));
        await first.Process.WriteOrderAsync(Row.NewOrder("after"));
        Assert.False(first.Lifetime.HasStopped);
    }

    private static async Task<string> NewDatabaseAsync() => await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private static Task<string> ContentsAsync(Process process) => process.ScalarAsync<string>("""
        select coalesce((select string_agg(h::text, ';' order by item) from stock_head h), '') || coalesce((select string_agg(l::text, ';') from stock_ledger l), '')
            || coalesce((select string_agg(o::text, ';') from orders o), '') || coalesce((select string_agg(g::text, ';') from grain_state g), '')
        """);

    private sealed class Candidate(Process process, Leadership leadership, StoppedOrNot lifetime) : IAsyncDisposable
    {
        public Process Process => process;

        public Leadership Leadership => leadership;

        public StoppedOrNot Lifetime => lifetime;

        public string ConnectionString => process.Database.ConnectionString;

        public static async Task<Candidate> StartAsync(string connectionString)
        {
            var process = await Process.OpenAsync(connectionString);
            process.Database.Gate.RequireLeadership();
            var lifetime = new StoppedOrNot();
            var leadership = new Leadership(process.Database, lifetime);
            await leadership.StartAsync(None);
            return new Candidate(process, leadership, lifetime);
        }

        public Task UntilServingAsync() => Row.UntilAsync("the process serves", () => Task.FromResult(process.Database.Gate.Serving));

        public async Task UntilStandingByAsync()
        {
            await Row.UntilAsync(
                "two processes are connected for the leader's lock",
                async () => await process.ScalarAsync<long>("select count(*) from pg_stat_activity where application_name = 'cafeteria leader' and datname = current_database()") == 2);
            Assert.False(process.Database.Gate.Serving);
        }

        public async ValueTask DisposeAsync()
        {
            await leadership.StopAsync(None);
            leadership.Dispose();
            await process.DisposeAsync();
            // Set by a process that was deposed: not for the tests' own.
            Environment.ExitCode = 0;
        }
    }

    private sealed class StoppedOrNot : IHostApplicationLifetime
    {
        public bool HasStopped { get; private set; }

        public CancellationToken ApplicationStarted => None;

        public CancellationToken ApplicationStopping => None;

        public CancellationToken ApplicationStopped => None;

        public void StopApplication() => HasStopped = true;
    }
}
