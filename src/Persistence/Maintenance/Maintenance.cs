using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Persistence;

/// <param name="Applied">Names of the migrations in the database, in their order.</param>
/// <param name="Missing">Those that this version knows and the database has not.</param>
/// <param name="Newer">Those that the database has and this version does not know.</param>
/// <param name="TooNew">The one of them that took away what this version needs; null when they only add.</param>
public sealed record Schema(IReadOnlyList<string> Applied, IReadOnlyList<string> Missing, IReadOnlyList<string> Newer, string? TooNew)
{
    public bool IsOurs => Missing.Count == 0 && Newer.Count == 0;

    /// <summary>Whether this version can work with it: exactly ours, or ahead of us by what only adds.</summary>
    public bool IsUsable => Missing.Count == 0 && TooNew is null;
}

/// <summary>Who serves a database now.</summary>
/// <param name="Leader">The process that leads (embedded host), as <c>machine/process</c>; null when none does.</param>
/// <param name="Since">When it began.</param>
/// <param name="Epoch">The leader's, now or last.</param>
/// <param name="Standbys">Processes that wait to lead.</param>
/// <param name="Silos">Silos of a cluster (<c>GrainHost=Orleans</c>) that said within half a minute that they are alive.</param>
public sealed record Serving(string? Leader, DateTimeOffset Since, long Epoch, int Standbys, int Silos)
{
    public bool IsServed => Leader is not null || Silos > 0;
}

/// <summary>
/// The database of an installation as its operator sees it: opened without bringing it up to date and without leading,
/// while it is served or not.
/// </summary>
public sealed class Maintenance : IAsyncDisposable
{
    private readonly PrivateServer? _server;

    private Maintenance(NpgsqlDataSource source, string connectionString, Version version, PrivateServer? server, DatabaseOptions options)
    {
        (Source, ConnectionString, ServerVersion, _server, Options) = (source, connectionString, version, server, options);
        Place = server?.Directory ?? Connecting.Describe(connectionString);
        Name = new NpgsqlConnectionStringBuilder(connectionString).Database ?? "";
    }

    /// <summary>Where it is, in words that may be shown.</summary>
    public string Place { get; }

    /// <summary>The database's own name.</summary>
    public string Name { get; }

    public Version ServerVersion { get; }

    internal NpgsqlDataSource Source { get; }

    /// <summary>Contains the password: not for logs.</summary>
    internal string ConnectionString { get; }

    internal DatabaseOptions Options { get; }

    /// <summary>Starts the private server if there is no other and it does not run; disposing stops it unless somebody uses it.</summary>
    /// <exception cref="DatabaseStartException">One sentence: what is wrong and what to do.</exception>
    public static async Task<Maintenance> OpenAsync(DatabaseOptions options, ILogger logger, CancellationToken cancellationToken = default)
    {
        var server = options.ConnectionString is null ? await PrivateServer.StartAsync(options, logger, cancellationToken).ConfigureAwait(false) : null;
        NpgsqlDataSource? source = null;
        try
        {
            var connectionString = server?.ConnectionString ?? options.ConnectionString!;
            source = Connecting.CreateSource(connectionString, 4, Connecting.Searching);
            var version = await Connecting.FirstConnectionAsync(source, options, cancellationToken).ConfigureAwait(false);
            return new Maintenance(source, connectionString, version, server, options);
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

    public async Task<Schema> SchemaAsync(CancellationToken cancellationToken = default)
    {
        var migrations = Migrator.Embedded();
        var known = migrations.Select(migration => migration.Name).ToArray();
        var applied = await Migrator.AppliedAsync(Source, cancellationToken).ConfigureAwait(false);
        string[] newer = [.. applied.Except(known)];
        return new Schema(applied, [.. known.Except(applied)], newer, Migrator.TooNew(migrations, newer));
    }

    /// <returns>How many migrations were applied.</returns>
    public Task<int> MigrateAsync(ILogger logger, CancellationToken cancellationToken = default) =>
        Migrator.ApplyAsync(Source, Migrator.Embedded(), logger, cancellationToken);

    public async Task<Serving> ServingAsync(CancellationToken cancellationToken = default)
    {
        var command = Source.CreateCommand(
            $"""
            select l.epoch, l.holder, l.since, {LeaderSession.IsHeldSql},
                (select count(*)::integer from pg_stat_activity where datname = current_database() and application_name = '{LeaderSession.ApplicationName}'),
                (select count(*)::integer from cluster_member where status = 3 and alive_time > now() - interval '30 seconds')
            from leader l
            """);
        await using var disposing = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        var held = reader.GetBoolean(3);
        return new Serving(
            held ? reader.GetString(1) : null, new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero), reader.GetInt64(0),
            Math.Max(0, reader.GetInt32(4) - (held ? 1 : 0)), reader.GetInt32(5));
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync().ConfigureAwait(false);
        if (_server is not null)
            await _server.DisposeAsync().ConfigureAwait(false);
    }
}
