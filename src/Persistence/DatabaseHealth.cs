using System.Diagnostics;
using Cafeteria.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>
/// Knows whether the database answers: told of every failure and success, it looks by itself while the answer is no.
/// A single broken connection is no outage (the statement is sent again at once); the second failure in a row is.
/// </summary>
internal sealed class DatabaseHealth(ServingGate gate, ILogger logger) : IDatabaseHealth, IDisposable
{
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private NpgsqlDataSource[] _sources = [];
    private volatile bool _reachable = true;
    private TaskCompletionSource _back = Completed();

    public bool Reachable => _reachable;

    public bool Serving => gate.Serving && (_reachable || gate.LeadershipRequired);

    /// <summary>Raised, outside any lock, when the database stops answering.</summary>
    public event Action? Gone;

    public void Watch(params NpgsqlDataSource[] sources) => _sources = sources;

    public void Lost(string fault)
    {
        lock (_lock)
        {
            if (!_reachable || _stopping.IsCancellationRequested)
                return;
            _reachable = false;
            _back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        Log.Unreachable(logger, fault);
        Gone?.Invoke();
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(ProbeAsync);
    }

    /// <summary>Completes when the database answers and this process may write, or when the time is over.</summary>
    public async Task WaitUntilUsableAsync(TimeSpan atMost)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        deadline.CancelAfter(atMost);
        try
        {
            await _back.Task.WaitAsync(deadline.Token).ConfigureAwait(false);
            await gate.WaitUntilServingAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _back.TrySetResult();
    }

    private async Task ProbeAsync()
    {
        var since = Stopwatch.GetTimestamp();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                // On a new connection: idle ones to a server that went away, or hangs, would each fail once more.
                foreach (var source in _sources)
                    source.Clear();
                await AskAsync(_sources[0]).WaitAsync(Connecting.LongestWait, _stopping.Token).ConfigureAwait(false);
                // This outage's own: once it is called reachable, the next one may begin, and wait for another.
                TaskCompletionSource back;
                lock (_lock)
                {
                    back = _back;
                    _reachable = true;
                }

                Log.ReachableAgain(logger, Stopwatch.GetElapsedTime(since).TotalSeconds);
                back.TrySetResult();
                return;
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception)
            {
                // Whatever it is: not back yet.
            }

            await Task.Delay(ProbeInterval, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task AskAsync(NpgsqlDataSource source)
    {
        var command = source.CreateCommand("select 1");
        await using (command.ConfigureAwait(false))
            await command.ExecuteScalarAsync().ConfigureAwait(false);
    }

    private static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
