using System.Net.Sockets;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>How this product connects, and what it says when it cannot.</summary>
internal static class Connecting
{
    private const string Settings = $"Set ConnectionStrings__{DatabaseOptions.ConnectionStringName}";

    public static readonly TimeSpan StatementTime = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Npgsql's own time limit first asks the server to cancel, on a new connection, and waits for that without a limit: a
    /// server that is frozen (a paused container) is waited for forever. So nobody waits for Npgsql beyond this; what it is
    /// still doing is left to itself.
    /// </summary>
    public static readonly TimeSpan LongestWait = StatementTime + TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Batches find rows by their key. A plan made while a table was small would read it whole for the rest of the rush, so
    /// reading whole tables is made unattractive from the start.
    /// </summary>
    public const string ByKey = "-c enable_seqscan=off -c plan_cache_mode=force_generic_plan";

    /// <summary>One process for each: a question that takes every core takes them from the orders.</summary>
    public const string Searching = "-c plan_cache_mode=force_custom_plan -c max_parallel_workers_per_gather=0";

    /// <summary>
    /// A client that vanished must not hold locks. And the books need to see, after they have waited for a row, what was
    /// committed meanwhile, whatever the server's or the role's default is.
    /// </summary>
    private const string ServerSettings = @"-c default_transaction_isolation=read\ committed -c jit=off -c idle_in_transaction_session_timeout=5000 -c client_connection_check_interval=1000";

    public static NpgsqlDataSource CreateSource(string connectionString, int poolSize, string planning)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException e)
        {
            throw new DatabaseStartException($"The connection string cannot be read ({e.Message}). {Settings} to one like Host=db;Database=cafeteria;Username=cafeteria;Password=….");
        }

        settings.MaxPoolSize = poolSize;
        settings.MaxAutoPrepare = planning == ByKey ? 60 : 0;
        settings.AutoPrepareMinUsages = 2;
        settings.CommandTimeout = (int)StatementTime.TotalSeconds;
        // A statement that takes too long breaks its connection; the server notices (client_connection_check_interval).
        settings.CancellationTimeout = -1;
        settings.Timeout = 3;
        KeepAlive(settings);
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "cafeteria";
        settings.Options = string.IsNullOrEmpty(settings.Options) ? $"{ServerSettings} {planning}" : $"{settings.Options} {ServerSettings} {planning}";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "cafeteria" }.Build();
    }

    /// <summary>A host that is gone is noticed in two to three seconds; a unix socket knows no keepalive and refuses the option.</summary>
    public static void KeepAlive(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.Host is null or ['/' or '@', ..])
            return;
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = 1;
        settings.TcpKeepAliveInterval = 1;
    }

    /// <summary>Host, port and database: what may stand in a log.</summary>
    public static string Describe(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{settings.Host}:{settings.Port}/{settings.Database}";
    }

    public static async Task<Version> FirstConnectionAsync(NpgsqlDataSource source, DatabaseOptions options, CancellationToken cancellationToken)
    {
        var until = DateTime.UtcNow + options.StartTimeout;
        while (true)
        {
            try
            {
                var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    if (connection.PostgreSqlVersion < Database.OldestServer)
                        throw new DatabaseStartException($"The server is PostgreSQL {connection.PostgreSqlVersion}: {Database.OldestServer.Major} or newer is needed.");
                    return connection.PostgreSqlVersion;
                }
            }
            catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.CannotConnectNow && DateTime.UtcNow < until)
            {
                // It is starting, or recovering from a crash: the one refusal that passes by itself.
                await Task.Delay(50, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not (OperationCanceledException or DatabaseStartException))
            {
                throw Explain(e, source.ConnectionString);
            }
        }
    }

    private static DatabaseStartException Explain(Exception exception, string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var server = $"{settings.Host}:{settings.Port}";
        return exception switch
        {
            PostgresException { SqlState: "28P01" or "28000" } =>
                new($"PostgreSQL at {server} refuses user {settings.Username}: wrong password, or not allowed in pg_hba.conf. {Settings} with the right one."),
            PostgresException { SqlState: "3D000" } =>
                new($"PostgreSQL at {server} has no database {settings.Database}: create it (createdb -O {settings.Username} {settings.Database}), or {Lower(Settings)} to another."),
            PostgresException { SqlState: "53300" } =>
                new($"PostgreSQL at {server} has no connection left: raise its max_connections, or lower Database__PoolSize ({settings.MaxPoolSize})."),
            PostgresException e =>
                new($"PostgreSQL at {server} refuses the connection (SQLSTATE {e.SqlState}): {e.MessageText}."),
            NpgsqlException { InnerException: SocketException or IOException or TimeoutException } or SocketException or TimeoutException =>
                new($"PostgreSQL at {server} cannot be reached: start it, or {Lower(Settings)} to where it is."),
            _ => new($"PostgreSQL at {server} cannot be used ({exception.Message}). {Settings} to one that can.", exception),
        };
    }

    private static string Lower(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
