using System.Diagnostics;
using System.Globalization;
using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>
/// A real PostgreSQL for tests: a private server in a folder of its own under the temporary folder, gone when the test
/// process ends. <see cref="SharedAsync"/> is one per process; who wants to stop or kill it starts one of his own.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Prefix = "cafeteria-test-";
    private const string Template = "cafeteria_template";

    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => StartAsync());

    private readonly PrivateServer _server;
    private readonly string _directory;
    private readonly SemaphoreSlim _templateLock = new(1);
    private bool _hasTemplate;
    private int _databases;

    private PostgresServer(PrivateServer server, string directory) => (_server, _directory) = (server, directory);

    /// <summary>The one of this process, started by whoever asks first. Durable, like the real one.</summary>
    public static Task<PostgresServer> SharedAsync() => Shared.Value;

    /// <summary>One of one's own.</summary>
    /// <param name="fsync">False only where nothing is proved about durability.</param>
    public static async Task<PostgresServer> StartAsync(bool fsync = true)
    {
        var directory = Path.Combine(
            Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}"));
        Directory.CreateDirectory(directory);
        ClearAwayAfterMe(directory);
        var server = await PrivateServer.StartAsync(new DatabaseOptions { DataDirectory = directory, Fsync = fsync }, NullLogger.Instance);
        return new PostgresServer(server, directory);
    }

    /// <summary>Whether its main process has ended.</summary>
    public bool IsDown => _server.ProcessId is null;

    /// <summary>The folder that a <see cref="DatabaseOptions.DataDirectory"/> would name.</summary>
    public string DataDirectory => _directory;

    /// <summary>The connection string of a fresh database: with all tables, or empty.</summary>
    public async Task<string> CreateDatabaseAsync(bool migrated = true, CancellationToken cancellationToken = default)
    {
        await _templateLock.WaitAsync(cancellationToken);
        try
        {
            if (migrated && !_hasTemplate)
            {
                await ExecuteAsync($"create database {Template}", cancellationToken);
                await using (await Database.OpenAsync(
                    new DatabaseOptions { ConnectionString = ConnectionStringOf(Template), PoolSize = 2 }, NullLoggerFactory.Instance, null, cancellationToken))
                {
                }

                // The server notices a moment later that the last connection to the template is closed.
                await ExecuteAsync($"alter database {Template} allow_connections false", cancellationToken);
                await ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Template}'", cancellationToken);
                _hasTemplate = true;
            }

            var name = string.Create(CultureInfo.InvariantCulture, $"test_{++_databases}");
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await ExecuteAsync(migrated ? $"create database {name} template {Template}" : $"create database {name}", cancellationToken);
                    return ConnectionStringOf(name);
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && tries < 100)
                {
                    await Task.Delay(50, cancellationToken);
                }
            }
        }
        finally
        {
            _templateLock.Release();
        }
    }

    /// <summary>An opened database of one's own, on this server.</summary>
    public async Task<Database> OpenDatabaseAsync(TimeProvider? clock = null, CancellationToken cancellationToken = default) =>
        await Database.OpenAsync(
            new DatabaseOptions { ConnectionString = await CreateDatabaseAsync(cancellationToken: cancellationToken) },
            NullLoggerFactory.Instance,
            clock,
            cancellationToken);

    /// <summary>As an operator would: connections end, what is committed is safe.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _server.StopAsync(cancellationToken);

    public Task StartAgainAsync(CancellationToken cancellationToken = default) => _server.StartAgainAsync(cancellationToken);

    /// <summary>As a power cut would (but for what the disk itself forgets).</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_server.ProcessId is not { } id)
            return;
        Kill(id);
        // Its children notice and end by themselves; a new server cannot start before.
        while (ProcessesIn(_directory).Any())
            await Task.Delay(10, cancellationToken);
    }

    /// <summary>Freezes the server's main process and all that serve connections now; the answer is <see cref="Thaw"/>.</summary>
    public void Freeze() => Signal("-STOP");

    public void Thaw() => Signal("-CONT");

    public async ValueTask DisposeAsync()
    {
        await Task.Run(() => End(_directory));
        _templateLock.Dispose();
    }

    /// <summary>
    /// A test host is ended by force shortly after its last test, so what remains of it is cleared away by a process of its
    /// own, which waits for that end.
    /// </summary>
    private static void ClearAwayAfterMe(string directory)
    {
        const string Script = """
            exec </dev/null >/dev/null 2>&1
            while kill -0 "$1"; do sleep 0.3; done
            kill -9 "$(head -n 1 "$2/postgres/data/postmaster.pid")"
            for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$2" && break; sleep 0.3; done
            """;
        using var process = Process.Start(
            "setsid", ["sh", "-c", Script, "sh", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), directory]);
    }

    private static void End(string directory)
    {
        var file = Path.Combine(directory, "postgres", "data", "postmaster.pid");
        try
        {
            if (File.Exists(file) && int.TryParse(File.ReadLines(file).First(), CultureInfo.InvariantCulture, out var id)
                && File.Exists($"/proc/{id}/comm") && File.ReadAllText($"/proc/{id}/comm").StartsWith("postgres", StringComparison.Ordinal))
                Kill(id);
            for (var tries = 0; tries < 200 && ProcessesIn(directory).Any(); tries++)
                Thread.Sleep(10);
            Directory.Delete(directory, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Somebody else is ending it.
        }
    }

    private static IEnumerable<int> ProcessesIn(string directory)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var id))
                continue;
            string? folder;
            try
            {
                folder = new DirectoryInfo(Path.Combine(process, "cwd")).ResolveLinkTarget(false)?.FullName;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            if (folder is not null && folder.StartsWith(directory + "/", StringComparison.Ordinal))
                yield return id;
        }
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, .. ProcessesIn(_directory).Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        kill.WaitForExit();
    }

    private string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = database }.ConnectionString;

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_server.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
