using System.Globalization;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>The direct connection whose end is the end of leading; both sides notice within seconds that the other's host is gone.</summary>
internal sealed class LeaderSession : IAsyncDisposable
{
    public const long LockKey = 0x63_61_66_65_02;

    public const string ApplicationName = "cafeteria leader";

    /// <summary>Whether anybody leads. A lock's 64 bits are shown in halves.</summary>
    public static readonly string IsHeldSql = string.Create(
        CultureInfo.InvariantCulture,
        $"""
        exists (select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
            and classid = {LockKey >> 32} and objid = {LockKey & 0xffff_ffff}
            and database = (select oid from pg_database where datname = current_database()))
        """);

    /// <summary>
    /// A leader asks twice a second. One that is frozen (a paused container, a machine that swaps) does not, while its kernel
    /// goes on answering for it: its session, and the lock, would stand for as long as it sleeps.
    /// </summary>
    private const string ServerSettings =
        "-c idle_session_timeout=5000 -c jit=off -c lock_timeout=1000 -c tcp_keepalives_idle=1 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2 -c tcp_user_timeout=3000";

    private static readonly string Holder = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}");

    /// <summary>See <see cref="Connecting.LongestWait"/>.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2.5);

    private readonly NpgsqlConnection _connection;
    private bool _isStuck;

    private LeaderSession(NpgsqlConnection connection) => _connection = connection;

    public static NpgsqlConnectionStringBuilder SettingsOf(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Pooling = false,
            Multiplexing = false,
            Timeout = 2,
            CommandTimeout = 2,
            CancellationTimeout = -1,
            ApplicationName = ApplicationName,
        };
        Connecting.KeepAlive(settings);
        settings.Options = string.IsNullOrEmpty(settings.Options) ? ServerSettings : $"{settings.Options} {ServerSettings}";
        return settings;
    }

    public static async Task<LeaderSession> OpenAsync(Database database, CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(SettingsOf(database.ConnectionString).ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new LeaderSession(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits in the server's own queue, a second at most: whoever leads gives the lock to the next at once.</summary>
    public async Task<bool> LockAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ScalarAsync($"select pg_advisory_lock({LockKey})", cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
    }

    public async Task<bool> TryLockAsync(CancellationToken cancellationToken) =>
        await ScalarAsync($"select pg_try_advisory_lock({LockKey})", cancellationToken).ConfigureAwait(false) is true;

    /// <summary>At once, not when the server notices that the connection is closed.</summary>
    public Task UnlockAsync() => ScalarAsync($"select pg_advisory_unlock({LockKey})", CancellationToken.None);

    public async Task<long> EpochAsync(CancellationToken cancellationToken) =>
        (long)(await ScalarAsync("select epoch from leader", cancellationToken).ConfigureAwait(false))!;

    /// <summary>Null when a statement of the process before is still being waited for.</summary>
    public async Task<long?> TryRaiseEpochAsync(CancellationToken cancellationToken)
    {
        try
        {
            // FOR UPDATE waits for every statement in flight that requires the epoch; those that come later see the new one.
            return (long?)await ScalarAsync(
                $"""
                with before as materialized (select epoch from leader for update)
                update leader l set epoch = b.epoch + 1, holder = '{Holder.Replace("'", "''", StringComparison.Ordinal)}', since = now() from before b returning l.epoch
                """,
                cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // One that waits for a frozen server is left to itself.
        if (!_isStuck)
            await _connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<object?> ScalarAsync(string sql, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // Not given up for the token: closing a connection in the middle of a statement hung for good.
            return await ExecuteAsync(sql).WaitAsync(LongestWait, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _isStuck = true;
            throw;
        }
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
        var command = new NpgsqlCommand(sql, _connection);
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }
}
