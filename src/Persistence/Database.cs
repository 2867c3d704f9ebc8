using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>
/// The one database of an installation, ready to be used: the private server started if there is no other, connected,
/// migrated. Made before the host, disposed after it.
/// </summary>
public sealed partial class Database : IAsyncDisposable
{
    public static readonly Version OldestServer = new(14, 0);

    private readonly PrivateServer? _server;
    private readonly List<Func<ValueTask>> _closing = [];

    // Together as many as there are connections: waiting for a connection would look like an outage.
    private readonly SemaphoreSlim _searches;
    private readonly SemaphoreSlim _activations;

    private Database(
        NpgsqlDataSource source, NpgsqlDataSource searching, (int Searches, int Activations) slots, string connectionString, PrivateServer? server,
        ILoggerFactory loggers, TimeProvider clock)
    {
        (Source, Searching, ConnectionString, _server, Clock) = (source, searching, connectionString, server, clock);
        (_searches, _activations) = (new SemaphoreSlim(slots.Searches), new SemaphoreSlim(slots.Activations));
        Logger = loggers.CreateLogger("Cafeteria.Persistence");
        Gate = new ServingGate();
        Health = new DatabaseHealth(Gate, Logger);
        Health.Watch(source, searching);
        Telemetry = new Telemetry(() => Health.Reachable);
    }

    /// <summary>Contains the password: not for logs.</summary>
    public string ConnectionString { get; }

    /// <summary>Whether this process may write, and when it begins to.</summary>
    public ServingGate Gate { get; }

    /// <summary>For statements that find rows by key: planned once per connection.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>
    /// For <see cref="Sending.Search"/> and <see cref="Sending.Activation"/>; of its own also so that lists never take the
    /// connections of orders.
    /// </summary>
    internal NpgsqlDataSource Searching { get; }

    internal DatabaseHealth Health { get; }

    internal Telemetry Telemetry { get; }

    internal ILogger Logger { get; }

    internal TimeProvider Clock { get; }

    /// <exception cref="DatabaseStartException">One sentence: what is wrong and what to do.</exception>
    public static async Task<Database> OpenAsync(
        DatabaseOptions options, ILoggerFactory loggers, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        var begun = Stopwatch.GetTimestamp();
        var logger = loggers.CreateLogger("Cafeteria.Persistence");
        var server = options.ConnectionString is null
            ? await PrivateServer.StartAsync(options, logger, cancellationToken).ConfigureAwait(false)
            : null;
        NpgsqlDataSource? source = null;
        try
        {
            var connectionString = server?.ConnectionString ?? options.ConnectionString!;
            source = Connecting.CreateSource(connectionString, options.PoolSize - (options.PoolSize / 3), Connecting.ByKey);
            var version = await Connecting.FirstConnectionAsync(source, options, cancellationToken).ConfigureAwait(false);
            var applied = await Migrator.ApplyAsync(source, Migrator.Embedded(), logger, cancellationToken).ConfigureAwait(false);
            Log.Opened(
                logger, server is null ? Connecting.Describe(connectionString) : server.Directory, version.ToString(),
                (long)Stopwatch.GetElapsedTime(begun).TotalMilliseconds, applied);
            var third = options.PoolSize / 3;
            var activations = Math.Max(1, third / 3);
            var searches = Math.Max(1, third - activations);
            var searching = Connecting.CreateSource(connectionString, searches + activations, Connecting.Searching);
            return new Database(source, searching, (searches, activations), connectionString, server, loggers, clock ?? TimeProvider.System);
        }
        catch
        {
            if (source is not null)
                await source.DisposeAsync().ConfigureAwait(false);
            if (server is not null)
                await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Settles what is being written, closes the connections, and stops the private server if nobody else uses it.</summary>
    public async ValueTask DisposeAsync()
    {
        // What was opened last is closed first: the engines before the leader's lock, the lock before the connections.
        for (var i = _closing.Count - 1; i >= 0; i--)
            await _closing[i]().ConfigureAwait(false);
        _closing.Clear();
        Health.Dispose();
        await Source.DisposeAsync().ConfigureAwait(false);
        await Searching.DisposeAsync().ConfigureAwait(false);
        _searches.Dispose();
        _activations.Dispose();
        Telemetry.Dispose();
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
    }

    internal T Closing<T>(T part)
        where T : IAsyncDisposable
    {
        _closing.Add(part.DisposeAsync);
        return part;
    }
}
