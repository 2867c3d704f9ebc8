using System.Collections.Concurrent;
using System.Collections.Immutable;
using Cafeteria.Accounts;
using Microsoft.Extensions.Hosting;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>
/// Every process's memory of revoked sessions, refreshed twice a second. News are what a transaction wrote that had not
/// ended at the last look, so a revocation that commits late is not skipped.
/// </summary>
internal sealed class RevokedSessions(Database database) : BackgroundService, IRevokedSessions
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PruneInterval = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ImmutableList<Watch>> _watches = new(StringComparer.Ordinal);
    private ulong _seenBelow;

    public bool IsRevoked(string sessionId) => _revoked.ContainsKey(sessionId);

    public async Task RevokeAsync(string sessionId, DateTimeOffset tokensExpireAt, CancellationToken cancellationToken = default)
    {
        await database.QueryAsync(
            "revoke session",
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("""
                    insert into revoked_sessions as r (session_id, expires_at) values ($1, $2)
                    on conflict (session_id) do update
                    set expires_at = greatest(r.expires_at, excluded.expires_at), revoked_xid = pg_current_xact_id()
                    """, connection)
                {
                    Parameters = { new() { Value = sessionId }, new() { Value = tokensExpireAt.UtcDateTime } },
                };
                await using var disposing = command.ConfigureAwait(false);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        Learn(sessionId, tokensExpireAt);
    }

    public IDisposable OnRevoked(string sessionId, Action callback)
    {
        var watch = new Watch(this, sessionId, callback);
        lock (_lock)
            _watches[sessionId] = _watches.GetValueOrDefault(sessionId, []).Add(watch);
        // Registered first, looked second: a revocation in between is not missed, and calls back once.
        if (IsRevoked(sessionId))
            watch.Run();
        return watch;
    }

    /// <summary>Nothing is answered before what was revoked earlier is known.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval);
        var pruneAt = database.Clock.GetUtcNow() + PruneInterval;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                try
                {
                    if (!database.Health.Reachable)
                        continue;
                    await RefreshAsync(stoppingToken).ConfigureAwait(false);
                    if (database.Clock.GetUtcNow() < pruneAt)
                        continue;
                    await PruneAsync(stoppingToken).ConfigureAwait(false);
                    pruneAt = database.Clock.GetUtcNow() + PruneInterval;
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.RevocationsNotRead(database.Logger, Faults.Name(e));
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    internal async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var (news, seenBelow) = await database.QueryAsync("read revoked sessions", Sending.Repeatable, ReadAsync, cancellationToken).ConfigureAwait(false);
        foreach (var (sessionId, expiresAt) in news)
            Learn(sessionId, expiresAt);
        _seenBelow = seenBelow;
    }

    internal async Task PruneAsync(CancellationToken cancellationToken)
    {
        var now = database.Clock.GetUtcNow();
        foreach (var (sessionId, expiresAt) in _revoked)
            if (expiresAt < now)
                _revoked.TryRemove(sessionId, out _);
        await database.QueryAsync(
            "prune revoked sessions",
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("delete from revoked_sessions where expires_at < $1", connection)
                {
                    Parameters = { new() { Value = now.UtcDateTime } },
                };
                await using var disposing = command.ConfigureAwait(false);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<(List<(string SessionId, DateTimeOffset ExpiresAt)> News, ulong SeenBelow)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("""
            select pg_snapshot_xmin(pg_current_snapshot()), r.session_id, r.expires_at
            from (select 1) one left join revoked_sessions r on r.revoked_xid >= $1
            """, connection)
        {
            Parameters = { new() { Value = _seenBelow, NpgsqlDbType = NpgsqlDbType.Xid8 } },
        };
        await using var disposing = command.ConfigureAwait(false);
        var news = new List<(string, DateTimeOffset)>();
        var seenBelow = _seenBelow;
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                seenBelow = reader.GetFieldValue<ulong>(0);
                if (!reader.IsDBNull(1))
                    news.Add((reader.GetString(1), new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero)));
            }
        }

        return (news, seenBelow);
    }

    private void Learn(string sessionId, DateTimeOffset expiresAt)
    {
        if (expiresAt < database.Clock.GetUtcNow())
            return;
        _revoked[sessionId] = expiresAt;
        ImmutableList<Watch> watches;
        lock (_lock)
            watches = _watches.GetValueOrDefault(sessionId, []);
        foreach (var watch in watches)
            watch.Run();
    }

    private void Forget(Watch watch)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(watch.SessionId, out var watches))
                return;
            watches = watches.Remove(watch);
            if (watches.IsEmpty)
                _watches.Remove(watch.SessionId);
            else
                _watches[watch.SessionId] = watches;
        }
    }

    private sealed class Watch(RevokedSessions owner, string sessionId, Action callback) : IDisposable
    {
        private int _ran;

        public string SessionId { get; } = sessionId;

        public void Run()
        {
            if (Interlocked.Exchange(ref _ran, 1) == 0)
                callback();
        }

        public void Dispose()
        {
            Interlocked.Exchange(ref _ran, 1);
            owner.Forget(this);
        }
    }
}
