using System.Net.Sockets;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>How this product connects, and what it says when it cannot.</summary>
internal static class Connecting
{
    private const string Settings = $"Set ConnectionStrings__{DatabaseOptions.ConnectionStringName}";

    /// <summary>
    /// Statements take arrays and find rows by key. Plans are made once, and a plan made while a table was small would read
    /// it whole for the rest of the rush; so reading whole tables is made unattractive from the start. A client that
    /// vanished must not hold locks.
    /// </summary>
    private const string ServerSettings =
        "-c jit=off -c enable_seqscan=off -c plan_cache_mode=force_generic_plan "
        + "-c idle_in_transaction_session_timeout=5000 -c client_connection_check_interval=1000";

    public static NpgsqlDataSource CreateSource(string connectionString, DatabaseOptions options)
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

        settings.MaxPoolSize = options.PoolSize;
        settings.MaxAutoPrepare = 60;
        settings.AutoPrepareMinUsages = 2;
        settings.CommandTimeout = 4;
        settings.CancellationTimeout = 1000;
        settings.Timeout = 3;
        settings.NoResetOnClose = true;
        settings.ApplicationName ??= "cafeteria";
        settings.Options = string.IsNullOrEmpty(settings.Options) ? ServerSettings : $"{settings.Options} {ServerSettings}";
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "cafeteria" }.Build();
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
