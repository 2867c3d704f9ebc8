using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>
/// Lets one process on a database serve while the others stand by. The lock is a session's: a process that dies gives it
/// back with its connection. The epoch is what makes it safe: a process that lost the lock without noticing can write
/// nothing, because every statement requires the epoch it served under.
/// </summary>
public sealed class Leadership : BackgroundService
{
    /// <summary>The exit code of a process that another has replaced.</summary>
    public const int DeposedExitCode = 3;

    private static readonly TimeSpan PingInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TryInterval = TimeSpan.FromMilliseconds(250);

    private readonly Database _database;
    private readonly ServingGate _gate;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly SemaphoreSlim _look = new(0);
    private bool _toldStandingBy;
    private long? _mine;

    public Leadership(Database database, IHostApplicationLifetime lifetime)
    {
        (_database, _gate, _lifetime) = (database, database.Gate, lifetime);
        _gate.Doubted += () => _look.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string? lastFault = null;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var fault = await ServeOnceAsync(stoppingToken).ConfigureAwait(false);
                if (fault is null)
                    return;
                if (_gate.Close())
                    Log.Passive(_database.Logger, fault);
                else if (fault != lastFault)
                    Log.CannotLead(_database.Logger, fault);
                lastFault = fault;
                _toldStandingBy = false;
                await Task.Delay(TryInterval, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            _gate.Close();
        }
    }

    /// <returns>Why it is over; null when this process is to end.</returns>
    private async Task<string?> ServeOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var session = await LeaderSession.OpenAsync(_database, cancellationToken).ConfigureAwait(false);
            await using var closing = session.ConfigureAwait(false);
            var locked = await session.TryLockAsync(cancellationToken).ConfigureAwait(false);
            while (!locked)
            {
                if (await IsDeposedAsync(session, cancellationToken).ConfigureAwait(false))
                    return null;
                if (!_toldStandingBy)
                    Log.StandingBy(_database.Logger);
                _toldStandingBy = true;
                locked = await session.LockAsync(cancellationToken).ConfigureAwait(false);
            }

            if (await IsDeposedAsync(session, cancellationToken).ConfigureAwait(false))
                return null;
            while (_mine is null)
                _mine = await session.TryRaiseEpochAsync(cancellationToken).ConfigureAwait(false);
            Log.Serving(_database.Logger, _mine.Value);
            _gate.Open(_mine.Value);
            return await LeadAsync(session, _mine.Value, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or IOException or System.Net.Sockets.SocketException or TimeoutException or ObjectDisposedException)
        {
            return Faults.Name(e);
        }
    }

    private async Task<string?> LeadAsync(LeaderSession session, long mine, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _look.WaitAsync(PingInterval, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Everything is drained: the silo stopped before this.
                _gate.Close();
                await session.UnlockAsync().ConfigureAwait(false);
                throw;
            }

            if (await IsDeposedAsync(session, cancellationToken).ConfigureAwait(false))
                return null;
            if (!_gate.Serving)
                _gate.Open(mine);
        }
    }

    private async Task<bool> IsDeposedAsync(LeaderSession session, CancellationToken cancellationToken)
    {
        var found = await session.EpochAsync(cancellationToken).ConfigureAwait(false);
        if (_mine is not { } mine || mine == found)
            return false;
        _gate.Close();
        Log.Deposed(_database.Logger, found, mine);
        Environment.ExitCode = DeposedExitCode;
        _lifetime.StopApplication();
        return true;
    }
}
