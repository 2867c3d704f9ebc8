using System.Diagnostics;
using Cafeteria.Storage;
using Npgsql;

namespace Cafeteria.Persistence;

public sealed partial class Database
{
    private static readonly TimeSpan QueryTime = TimeSpan.FromSeconds(4);

    /// <summary>
    /// One statement, or several in one round trip and transaction, of which nobody waits longer than four seconds.
    /// <paramref name="twice"/>: it may be sent again when the connection broke, because it reads, or changes nothing more.
    /// </summary>
    internal async Task<T> QueryAsync<T>(
        string name, bool twice, Func<NpgsqlConnection, CancellationToken, Task<T>> query, CancellationToken cancellationToken)
    {
        if (!Health.Reachable)
            throw new StorageUnavailableException("The database does not answer.");
        using var activity = Telemetry.Source.HasListeners() ? Telemetry.Source.StartActivity(name, ActivityKind.Client) : null;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(QueryTime);
        for (var tries = 1; ; tries++)
        {
            try
            {
                var connection = await Source.OpenConnectionAsync(patience.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                    return await query(connection, patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (e is not StorageUnavailableException)
            {
                var fault = e is OperationCanceledException ? Fault.Lost : Faults.Of(e);
                var again = tries == 1 && e is not OperationCanceledException && (fault == Fault.Again || (fault == Fault.Lost && twice));
                if (fault == Fault.Lost)
                    NoteLost(e, again);
                if (again)
                    continue;
                Log.QueryFailed(Logger, Faults.Name(e));
                activity?.SetStatus(ActivityStatusCode.Error, Faults.Name(e));
                // Npgsql's exception stays here: it means nothing to whoever is far away, and cannot cross a call.
                throw new StorageUnavailableException(fault == Fault.Lost
                    ? "The database did not answer."
                    : $"The database refuses the statement ({Faults.Name(e)}).");
            }
        }
    }

    private void NoteLost(Exception exception, bool again)
    {
        // A broken connection that is tried again says nothing yet, and a full pool says nothing about the server.
        if (!again || exception is NpgsqlException { InnerException: TimeoutException or System.Net.Sockets.SocketException })
            Health.Lost(Faults.Name(exception));
    }
}
