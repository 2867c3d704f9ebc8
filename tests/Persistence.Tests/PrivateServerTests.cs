using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans;

namespace Cafeteria.Tests;

public sealed class PrivateServerTests
{
    [Fact]
    public async Task It_is_made_on_first_use_stopped_at_the_end_and_has_everything_when_it_is_started_again()
    {
        await using var folder = new Folder();
        string etag;
        await using (var first = await folder.OpenAsync())
        {
            var order = Row.NewOrder("o1");
            await new OrderStorage(first, new StateJson([])).WriteStateAsync("order", Row.Order("o1"), order);
            etag = order.ETag!;
        }

        Assert.False(folder.ServerRuns);
        await using var second = await folder.OpenAsync();
        var read = new GrainState<Orders.OrderState>();
        await new OrderStorage(second, new StateJson([])).ReadStateAsync("order", Row.Order("o1"), read);
        Assert.Equal(etag, read.ETag);
    }

    [Fact]
    public async Task It_has_pages_by_the_machines_memory_and_an_operators_word_counts_for_more()
    {
        await using var folder = new Folder();
        await using (var first = await folder.OpenAsync())
        {
            Assert.InRange(await SharedPagesAsync(first), 128, 1024);
            await SayAsync(first, "alter system set shared_buffers = '64MB'");
        }

        await using var second = await folder.OpenAsync();
        Assert.Equal(64, await SharedPagesAsync(second));

        static async Task<long> SharedPagesAsync(Database database) => (long)(await SayAsync(database, "select setting::bigint / 128 from pg_settings where name = 'shared_buffers'"))!;

        static async Task<object?> SayAsync(Database database, string sql)
        {
            await using var connection = new NpgsqlConnection(database.ConnectionString);
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }

    [Fact]
    public async Task Processes_that_start_at_once_share_it_and_the_last_one_stops_it()
    {
        await using var folder = new Folder();
        var databases = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => folder.OpenAsync()));
        var server = folder.ServerProcess;
        await databases[0].DisposeAsync();
        await databases[1].DisposeAsync();
        Assert.Equal(server, folder.ServerProcess);

        await databases[2].DisposeAsync();
        Assert.False(folder.ServerRuns);
    }

    [Fact]
    public async Task After_a_crash_of_its_process_it_still_runs_and_is_used_again()
    {
        await using var folder = new Folder();
        // Not disposed: that is the crash.
        await PrivateServer.StartAsync(folder.Options, NullLogger.Instance);
        var server = folder.ServerProcess;
        Assert.NotNull(server);

        await using var again = await folder.OpenAsync();
        Assert.Equal(server, folder.ServerProcess);
    }

    [Fact]
    public async Task It_listens_on_a_socket_that_only_its_user_can_open_with_a_password_nobody_else_can_read()
    {
        await using var folder = new Folder();
        await using var server = await PrivateServer.StartAsync(folder.Options, NullLogger.Instance);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(server.Directory, "password")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(server.Directory));
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        Assert.Equal("", await new NpgsqlCommand("show listen_addresses", connection).ExecuteScalarAsync());
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
            Assert.Equal("on", await new NpgsqlCommand($"show {setting}", connection).ExecuteScalarAsync());
        await using var guessing = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(server.ConnectionString) { Password = "guess", Pooling = false }.ConnectionString);
        Assert.Equal("28P01", (await Assert.ThrowsAsync<PostgresException>(() => guessing.OpenAsync())).SqlState);
    }

    [Fact]
    public async Task A_first_start_that_was_killed_is_begun_anew()
    {
        await using var folder = new Folder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "postgres", "data.new", "base"));
        if (ServerUser.ForServer() is { } user)
            user.Own(Path.Combine(folder.Path, "postgres"));

        await using var database = await folder.OpenAsync();

        Assert.False(Directory.Exists(Path.Combine(folder.Path, "postgres", "data.new")));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_gets_a_short_one_beside_it()
    {
        await using var folder = new Folder(new string('x', 100));
        await using var server = await PrivateServer.StartAsync(folder.Options, NullLogger.Instance);
        Assert.DoesNotContain("xxx", new NpgsqlConnectionStringBuilder(server.ConnectionString).Host, StringComparison.Ordinal);
        Directory.Delete(new NpgsqlConnectionStringBuilder(server.ConnectionString).Host!, recursive: true);
    }

    [Fact]
    public async Task What_keeps_it_from_starting_is_told_in_one_sentence_with_a_remedy()
    {
        await using var folder = new Folder();
        folder.Options.BinDirectory = folder.Path;
        var missing = await Assert.ThrowsAsync<DatabaseStartException>(() => PrivateServer.StartAsync(folder.Options, NullLogger.Instance));
        Assert.Contains("apt-get install postgresql", missing.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "postgres")));

        if (!ServerUser.IsRoot)
            return;
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Options.BinDirectory = null;
        var closed = await Assert.ThrowsAsync<DatabaseStartException>(() => PrivateServer.StartAsync(folder.Options, NullLogger.Instance));
        Assert.Contains("Database__DataDirectory", closed.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Data_of_another_version_is_left_alone()
    {
        await using var folder = new Folder();
        await (await folder.OpenAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "postgres", "data", "PG_VERSION"), "99\n");

        var refused = await Assert.ThrowsAsync<DatabaseStartException>(() => PrivateServer.StartAsync(folder.Options, NullLogger.Instance));

        Assert.Contains("postgresql-99", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Folder : IAsyncDisposable
    {
        private readonly string _root;

        public Folder(string below = "")
        {
            _root = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"cafeteria-folder-{Guid.NewGuid():N}");
            Path = System.IO.Path.Combine(_root, below);
            Directory.CreateDirectory(Path);
            Options = new DatabaseOptions { DataDirectory = Path, PoolSize = 4 };
        }

        public string Path { get; }

        public DatabaseOptions Options { get; }

        public int? ServerProcess => new ServerPlace(System.IO.Path.Combine(Path, "postgres")).RunningProcess();

        public bool ServerRuns => ServerProcess is not null;

        public Task<Database> OpenAsync() => Database.OpenAsync(Options, NullLoggerFactory.Instance);

        public async ValueTask DisposeAsync()
        {
            if (ServerProcess is { } id)
            {
                using var server = System.Diagnostics.Process.GetProcessById(id);
                server.Kill();
                await Row.UntilAsync("the server has ended", () => Task.FromResult(!ServerRuns));
            }

            for (var tries = 0; Directory.Exists(_root); tries++)
            {
                try
                {
                    Directory.Delete(_root, recursive: true);
                }
                catch (IOException) when (tries < 100)
                {
                    // Its children are ending.
                    await Task.Delay(20);
                }
            }
        }
    }
}
