using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>
/// A PostgreSQL of our own, started from the installed programs: reachable through a unix socket alone, with a generated
/// password. It outlives a crash of this process and is found again; a graceful end stops it, unless somebody else uses it.
/// </summary>
public sealed class PrivateServer : IAsyncDisposable
{
    private const string User = "cafeteria";
    private const string DatabaseName = "cafeteria";
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(30);

    private readonly ServerPrograms _programs;
    private readonly ServerPlace _place;
    private readonly ServerUser? _user;
    private readonly DatabaseOptions _options;
    private readonly ILogger _logger;

    private PrivateServer(ServerPrograms programs, ServerPlace place, ServerUser? user, string password, DatabaseOptions options, ILogger logger)
    {
        (_programs, _place, _user, _options, _logger) = (programs, place, user, options, logger);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = place.Sockets,
            Username = User,
            Password = password,
            Database = DatabaseName,
        }.ConnectionString;
    }

    /// <summary>Contains the password: not for logs.</summary>
    public string ConnectionString { get; }

    /// <summary>Where its data, password and log are.</summary>
    public string Directory => _place.Directory;

    /// <summary>The server's process, null while it does not run.</summary>
    public int? ProcessId => _place.RunningProcess();

    /// <exception cref="DatabaseStartException">It is not installed, or cannot run here.</exception>
    public static async Task<PrivateServer> StartAsync(DatabaseOptions options, ILogger logger, CancellationToken cancellationToken = default)
    {
        if (OperatingSystem.IsWindows())
            throw new DatabaseStartException($"The private server needs a Unix: set ConnectionStrings__{DatabaseOptions.ConnectionStringName} to a PostgreSQL server.");
        // Looked for before any folder is made: without programs nothing should be left behind.
        ServerPrograms.Find(options.BinDirectory, null);
        var user = ServerUser.ForServer();
        var place = await ServerPlace.FindAsync(options, user, cancellationToken).ConfigureAwait(false);
        using var alone = await FileLock.TakeAsync(place.LockFile, options.StartTimeout, cancellationToken).ConfigureAwait(false);
        var versionFile = Path.Combine(place.Data, "PG_VERSION");
        int? major = File.Exists(versionFile) ? int.Parse((await File.ReadAllTextAsync(versionFile, cancellationToken).ConfigureAwait(false)).Trim(), null) : null;
        var programs = ServerPrograms.Find(options.BinDirectory, major);
        if (major is null)
        {
            Log.Initializing(logger, place.Directory);
            await InitializeAsync(programs, place, user, options, cancellationToken).ConfigureAwait(false);
        }

        var server = new PrivateServer(
            programs, place, user, await File.ReadAllTextAsync(place.Password, cancellationToken).ConfigureAwait(false), options, logger);
        var wasRunning = place.RunningProcess() is not null;
        if (!wasRunning)
            await server.LaunchAsync(cancellationToken).ConfigureAwait(false);
        await server.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
        Log.ServerRuns(logger, place.Directory, wasRunning ? "still running" : major is null ? "made" : "started");
        return server;
    }

    /// <summary>Starts it again after <see cref="StopAsync"/> or a crash; nothing if it runs.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        using var alone = await FileLock.TakeAsync(_place.LockFile, _options.StartTimeout, cancellationToken).ConfigureAwait(false);
        if (_place.RunningProcess() is null)
            await LaunchAsync(cancellationToken).ConfigureAwait(false);
        await WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops it whoever is connected; what is committed is safe.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        using var alone = await FileLock.TakeAsync(_place.LockFile, _options.StartTimeout, cancellationToken).ConfigureAwait(false);
        await StopLockedAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops it unless another process is connected: that one will.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            using var alone = await FileLock.TakeAsync(_place.LockFile, _options.StartTimeout, CancellationToken.None).ConfigureAwait(false);
            if (_place.RunningProcess() is null)
                return;
            if (await IsUsedAsync().ConfigureAwait(false))
            {
                Log.ServerLeft(_logger, Directory);
                return;
            }

            Log.ServerStopping(_logger, Directory);
            await StopLockedAsync(CancellationToken.None).ConfigureAwait(false);
            Log.ServerStopped(_logger, Directory);
        }
        catch (Exception e) when (e is IOException or NpgsqlException or DatabaseStartException or OperationCanceledException)
        {
            Log.ServerDidNotStop(_logger, Directory, e.Message);
        }
    }

    private static async Task InitializeAsync(
        ServerPrograms programs, ServerPlace place, ServerUser? user, DatabaseOptions options, CancellationToken cancellationToken)
    {
        // What a start that was killed left behind. The finished folder gets its name last.
        if (System.IO.Directory.Exists(place.Unfinished))
            System.IO.Directory.Delete(place.Unfinished, recursive: true);
        if (!File.Exists(place.Password))
        {
            var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
            var writer = new StreamWriter(place.Password, file);
            await using (writer.ConfigureAwait(false))
                await writer.WriteAsync(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))).ConfigureAwait(false);
        }

        user?.Own(place.Password);
        var (exitCode, output) = await ServerPrograms.RunAsync(
            user,
            [
                programs.Path("initdb"), "--pgdata", place.Unfinished, "--username", User, "--auth", "scram-sha-256", "--pwfile", place.Password,
                "--encoding", "UTF8", "--locale", "C", "--no-instructions", "--no-sync",
            ],
            place.Directory,
            cancellationToken).ConfigureAwait(false);
        if (exitCode == 0)
            await File.AppendAllTextAsync(Path.Combine(place.Unfinished, "postgresql.conf"), SizedByMemory(), cancellationToken).ConfigureAwait(false);
        if (exitCode == 0 && options.Fsync)
            (exitCode, output) = await ServerPrograms.RunAsync(
                user, [programs.Path("initdb"), "--sync-only", "--pgdata", place.Unfinished], place.Directory, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
            throw new DatabaseStartException($"initdb could not make the private server in {place.Directory}: {LastLine(output)}.");
        System.IO.Directory.Move(place.Unfinished, place.Data);
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        _place.RemoveTraces();
        System.IO.Directory.CreateDirectory(_place.Sockets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _user?.Own(_place.Sockets);
        if (new FileInfo(_place.LogFile) is { Exists: true, Length: > 10_000_000 } log)
            log.Delete();
        var settings = $"-c listen_addresses='' -c unix_socket_directories='{_place.Sockets}' -c unix_socket_permissions=0700 -c max_connections=200 -c log_checkpoints=off";
        if (!_options.Fsync)
            settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off";
        var (exitCode, output) = await ServerPrograms.RunAsync(
            _user,
            [_programs.Path("pg_ctl"), "start", "--no-wait", "--silent", "--pgdata", _place.Data, "--log", _place.LogFile, "--options", settings],
            _place.Directory,
            cancellationToken).ConfigureAwait(false);
        if (exitCode != 0)
            throw NotRunning(output);
    }

    /// <summary>
    /// A sixteenth of the machine's memory (or the container's) for pages. With PostgreSQL's own 128 MB an evening's rush no longer
    /// fitted after two minutes: those who committed wrote others' pages first, 3,000 a second. And a gigabyte of log between
    /// checkpoints, not half of one, for after each the first change of every page is logged whole; it is replayed in seconds.
    /// What makes commits durable stays as PostgreSQL has it. In the server's own file, where its operator can say otherwise.
    /// </summary>
    private static string SizedByMemory()
    {
        var megabytes = Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 >> 20, 128, 1024);
        return string.Create(CultureInfo.InvariantCulture, $"\n# By the machine's memory when this was made.\nshared_buffers = {megabytes}MB\nmax_wal_size = 2GB\n");
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var until = DateTime.UtcNow + _options.StartTimeout;
        var launched = DateTime.UtcNow;
        while (true)
        {
            try
            {
                await MakeDatabaseAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
            {
                throw new DatabaseStartException($"The private server in {Directory} refuses its password: the file {_place.Password} is not the one it was made with; restore it.", e);
            }
            catch (NpgsqlException e) when (DateTime.UtcNow > until)
            {
                throw NotRunning(e.Message);
            }
            catch (NpgsqlException) when (_place.RunningProcess() is null && DateTime.UtcNow > launched.AddSeconds(5))
            {
                throw NotRunning("it ended");
            }
            catch (NpgsqlException)
            {
                await Task.Delay(15, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task MakeDatabaseAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync("postgres", cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var command = new NpgsqlCommand($"select 1 from pg_database where datname = '{DatabaseName}'", connection);
            await using var disposing = command.ConfigureAwait(false);
            if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null)
                return;
            command.CommandText = $"create database {DatabaseName}";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsUsedAsync()
    {
        var connection = await ConnectAsync("postgres", CancellationToken.None).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var command = new NpgsqlCommand("select count(*) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()", connection);
            await using var disposing = command.ConfigureAwait(false);
            // Those that Orleans' membership left in the pool of its connection string are nobody's any more.
            NpgsqlConnection.ClearAllPools();
            // The server notices a moment later that our own connections are closed.
            for (var tries = 0; tries < 20; tries++)
            {
                if (await command.ExecuteScalarAsync().ConfigureAwait(false) is 0L)
                    return false;
                await Task.Delay(25).ConfigureAwait(false);
            }
        }

        return true;
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database, Pooling = false, Timeout = 5 }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task StopLockedAsync(CancellationToken cancellationToken)
    {
        if (_place.RunningProcess() is null)
            return;
        var (exitCode, output) = await ServerPrograms.RunAsync(
            _user,
            [_programs.Path("pg_ctl"), "stop", "--mode", "fast", "--silent", "--timeout", StopTime.TotalSeconds.ToString(CultureInfo.InvariantCulture), "--pgdata", _place.Data],
            _place.Directory,
            cancellationToken).ConfigureAwait(false);
        if (exitCode != 0 && _place.RunningProcess() is not null)
            throw new IOException(LastLine(output));
    }

    private DatabaseStartException NotRunning(string why) =>
        new($"The private server in {Directory} did not start ({LastFatal() ?? LastLine(why)}): its log is {_place.LogFile}.");

    private string? LastFatal()
    {
        if (!File.Exists(_place.LogFile))
            return null;
        var line = File.ReadLines(_place.LogFile).LastOrDefault(l => l.Contains("FATAL:", StringComparison.Ordinal));
        return line?[line.IndexOf("FATAL:", StringComparison.Ordinal)..];
    }

    private static string LastLine(string output) => output.Trim().Split('\n')[^1].TrimEnd('.');
}
