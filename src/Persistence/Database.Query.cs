using System.Diagnostics;
using Cafeteria.Storage;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>How a statement may be sent.</summary>
internal enum Sending
{
    /// <summary>Not again when the connection broke: the second sending would not answer what the first did.</summary>
    Once,

    /// <summary>Again, because it reads, or changes nothing more.</summary>
    Repeatable,

    /// <summary>Again; and it finds rows by other things than their key, so it is planned anew for the table as it is now.</summary>
    Search,

    /// <summary>As a search, for a grain that begins: orders wait for it, so it must not wait for lists and reports.</summary>
    Activation,
}

public sealed partial class Database
{
    /// <summary>
    /// One statement, or several in one round trip and transaction, of which nobody waits longer than four seconds.
    /// </summary>
    internal async Task<T> QueryAsync<T>(
        string name, Sending sending, Func<NpgsqlConnection, CancellationToken, Task<T>> query, CancellationToken cancellationToken)
    {
        if (!Health.Reachable)
            throw new StorageUnavailableException("The database does not answer.");
        using var activity = Telemetry.Source.HasListeners() ? Telemetry.Source.StartActivity(name, ActivityKind.Client) : null;
        var slots = SlotsFor(sending);
        var begun = Stopwatch.GetTimestamp();
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (slots is not null && !await slots.WaitAsync(TimeSpan.FromSeconds(2), cancellationToken).ConfigureAwait(false))
                    throw new StorageUnavailableException("Too many questions at once.");
                // The token ends the caller's waiting, not the statement: cancelling costs a connection each.
                return await RunAsync(slots, query).WaitAsync(Connecting.LongestWait, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (e is not StorageUnavailableException)
            {
                var fault = Faults.Of(e);
                var again = tries == 1 && Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1)
                    && (fault == Fault.Again || (fault == Fault.Lost && sending != Sending.Once));
                if (fault == Fault.Lost)
                    NoteLost(sending, e, again);
                if (again && Health.Reachable)
                    continue;
                Log.QueryFailed(Logger, name, Faults.Name(e));
                activity?.SetStatus(ActivityStatusCode.Error, Faults.Name(e));
                // Npgsql's exception stays here: it means nothing to whoever is far away, and cannot cross a call.
                throw new StorageUnavailableException(fault == Fault.Lost
                    ? "The database did not answer."
                    : $"The database refuses the statement ({Faults.Name(e)}).");
            }
        }
    }

    private SemaphoreSlim? SlotsFor(Sending sending) => sending switch
    {
        Sending.Search => _searches,
        Sending.Activation => _activations,
        _ => null,
    };

    private async Task<T> RunAsync<T>(SemaphoreSlim? slots, Func<NpgsqlConnection, CancellationToken, Task<T>> query)
    {
        try
        {
            var connection = await (slots is null ? Source : Searching).OpenConnectionAsync().ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
                return await query(connection, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            slots?.Release();
        }
    }

    private void NoteLost(Sending sending, Exception exception, bool again)
    {
        // A list that takes too long is no outage: orders must not fail for it.
        if (sending is Sending.Search or Sending.Activation && exception is (TimeoutException or NpgsqlException { InnerException: TimeoutException }))
            return;
        // A broken connection that is tried again says nothing yet.
        if (!again || exception is TimeoutException or NpgsqlException { InnerException: TimeoutException or System.Net.Sockets.SocketException })
            Health.Lost(Faults.Name(exception));
    }
}
