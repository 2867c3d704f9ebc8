using System.Diagnostics;
using Cafeteria.Storage;
using Microsoft.Extensions.Logging;

namespace Cafeteria.Persistence;

/// <summary>
/// Writes that arrive while a commit is running go together into the next one. Never two statements of one table in
/// flight. A statement without an answer is sent again, the same, until its outcome is known or ten seconds are over;
/// callers wait four of them at most.
/// </summary>
internal sealed class GroupCommit<TWrite> : IAsyncDisposable, IThreadPoolWorkItem
    where TWrite : Write
{
    public const int MostRows = 500;
    public const int MostBytes = 4 * 1024 * 1024;
    public static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(4);
    public static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(10);

    private readonly IBatchStatement<TWrite> _statement;
    private readonly DatabaseHealth _health;
    private readonly ServingGate _gate;
    private readonly Telemetry _telemetry;
    private readonly ILogger _logger;
    private readonly KeyValuePair<string, object?> _tag;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);

    /// <summary>Of the batch in flight: whose writers wait no longer.</summary>
    private readonly HashSet<string> _undecided = new(StringComparer.Ordinal);
    private readonly Timer _patience;
    private List<TWrite> _waiting = [];
    private List<TWrite> _inFlight = [];
    private TaskCompletionSource? _idle;
    private bool _running;
    private bool _closed;

    public GroupCommit(IBatchStatement<TWrite> statement, DatabaseHealth health, ServingGate gate, Telemetry telemetry, ILogger logger)
    {
        (_statement, _health, _gate, _telemetry, _logger) = (statement, health, gate, telemetry, logger);
        _tag = new KeyValuePair<string, object?>("table", statement.Table);
        _health.Gone += RefuseWaiting;
        using (ExecutionContext.SuppressFlow())
            _patience = new Timer(static engine => ((GroupCommit<TWrite>)engine!).EndPatience(), this, CallerPatience / 16, CallerPatience / 16);
    }

    /// <exception cref="StorageUnavailableException">Not written, or (after a wait) of unknown outcome.</exception>
    public Task<Outcome> WriteAsync(TWrite write) => Telemetry.Source.HasListeners() ? TracedAsync(write) : EnqueueAsync(write);

    /// <summary>The writer's own wait, in the writer's own trace; the commit it shares with others is a trace of its own, and linked.</summary>
    private async Task<Outcome> TracedAsync(TWrite write)
    {
        using var activity = Telemetry.Source.StartActivity($"write {_statement.Table}");
        write.Writer = activity?.Context ?? default;
        try
        {
            var outcome = await EnqueueAsync(write).ConfigureAwait(false);
            activity?.SetTag("cafeteria.outcome", outcome.ToString());
            return outcome;
        }
        catch (StorageUnavailableException e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            if (write.Commit != default)
                activity?.AddLink(new ActivityLink(write.Commit));
        }
    }

    /// <summary>
    /// Whether a write of the row goes on whose writer was told that nobody knows: what is read now may be otherwise in a moment.
    /// A retry that found no row in it was told that nothing was ordered, and then the order was there.
    /// </summary>
    public bool IsUndecided(string key)
    {
        lock (_lock)
            return _undecided.Count > 0 && _undecided.Contains(key);
    }

    private Task<Outcome> EnqueueAsync(TWrite write)
    {
        if (!_health.Reachable)
            return Task.FromException<Outcome>(Unwritten("The database does not answer."));
        if (!_gate.Serving)
            return Task.FromException<Outcome>(NotServing());
        lock (_lock)
        {
            if (_closed)
                return Task.FromException<Outcome>(Unwritten("The storage is closed."));
            _waiting.Add(write);
            if (_running)
                return write.Done;
            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return write.Done;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    /// <summary>Takes no more and waits until what was taken is settled.</summary>
    public async ValueTask DisposeAsync()
    {
        Task idle;
        lock (_lock)
        {
            _closed = true;
            if (_running)
                _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle?.Task ?? Task.CompletedTask;
        }

        await idle.ConfigureAwait(false);
        _health.Gone -= RefuseWaiting;
        await _patience.DisposeAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (TakeBatch() is { } batch)
        {
            try
            {
                await SettleAsync(batch, Stopwatch.GetTimestamp(), sentBefore: false).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Nothing above throws by design; were it to, callers must hear of it and the loop must live.
                Log.QueryFailed(_logger, $"write {_statement.Table}", Faults.Name(e));
                FailAll(batch, Unknown);
            }
        }
    }

    private List<TWrite>? TakeBatch()
    {
        lock (_lock)
        {
            _undecided.Clear();
            if (_waiting.Count == 0)
            {
                _running = false;
                _inFlight = [];
                _idle?.TrySetResult();
                return null;
            }

            var batch = new List<TWrite>(Math.Min(_waiting.Count, MostRows));
            List<TWrite> rest = [];
            var bytes = 0;
            foreach (var write in _waiting)
            {
                var fits = batch.Count == 0 || (batch.Count < MostRows && bytes + write.Bytes <= MostBytes);
                if (fits && _keys.Add(write.Key))
                {
                    batch.Add(write);
                    bytes += write.Bytes;
                }
                else
                {
                    // Its key too: what comes later for the same row must not overtake it.
                    _keys.Add(write.Key);
                    rest.Add(write);
                }
            }

            _keys.Clear();
            _waiting = rest;
            _inFlight = batch;
            return batch;
        }
    }

    private async Task SettleAsync(List<TWrite> batch, long since, bool sentBefore)
    {
        using var activity = StartActivity(batch);
        var tries = 0;
        while (true)
        {
            if (!_gate.Serving && !sentBefore)
            {
                FailAll(batch, NotServing);
                return;
            }

            Exception failure;
            try
            {
                var begun = Stopwatch.GetTimestamp();
                var outcomes = await _statement.ExecuteAsync(batch, CancellationToken.None).WaitAsync(Connecting.LongestWait).ConfigureAwait(false);
                if (sentBefore)
                    await RecogniseAsync(batch, outcomes).ConfigureAwait(false);
                Complete(batch, outcomes, begun);
                return;
            }
            catch (Exception e)
            {
                failure = e;
            }

            var elapsed = Stopwatch.GetElapsedTime(since);
            switch (Faults.Of(failure))
            {
                case Fault.Refused when batch.Count == 1:
                    Log.RowRefused(_logger, _statement.Table, batch[0].Key, Faults.Name(failure));
                    batch[0].Fail(Unwritten("The database refuses this row."));
                    return;
                case Fault.Refused:
                    activity?.AddEvent(new ActivityEvent("bisect"));
                    await SettleAsync(batch[..(batch.Count / 2)], since, sentBefore).ConfigureAwait(false);
                    await SettleAsync(batch[(batch.Count / 2)..], since, sentBefore).ConfigureAwait(false);
                    return;
                case Fault.Again when elapsed < SettleTime:
                    _telemetry.Retries.Add(1, _tag);
                    await Task.Delay(Random.Shared.Next(1, 10)).ConfigureAwait(false);
                    continue;
                case Fault.Lost when elapsed < SettleTime:
                    sentBefore = true;
                    _telemetry.Retries.Add(1, _tag);
                    Log.SentAgain(_logger, _statement.Table, batch.Count, Faults.Name(failure));
                    // One broken connection is no outage: the second try, on another connection, tells.
                    if (tries++ > 0 || failure is not Npgsql.NpgsqlException { InnerException: IOException or null })
                        _health.Lost(Faults.Name(failure));
                    await _health.WaitUntilUsableAsync(SettleTime - elapsed).ConfigureAwait(false);
                    if (tries > 1)
                        await Task.Delay(Random.Shared.Next(10, 50)).ConfigureAwait(false);
                    continue;
                default:
                    Log.OutcomeUnknown(_logger, _statement.Table, batch.Count, elapsed.TotalSeconds, Faults.Name(failure));
                    activity?.SetStatus(ActivityStatusCode.Error, Faults.Name(failure));
                    FailAll(batch, Unknown);
                    return;
            }
        }
    }

    /// <summary>The first sending may have gone through after all: a row that carries my ETag is written.</summary>
    private async Task RecogniseAsync(List<TWrite> batch, Outcome[] outcomes)
    {
        var doubtful = Enumerable.Range(0, batch.Count).Where(i => outcomes[i] != Outcome.Written).ToArray();
        if (doubtful.Length == 0)
            return;
        var mine = await _statement.AreMineAsync([.. doubtful.Select(i => batch[i])], CancellationToken.None)
            .WaitAsync(Connecting.LongestWait).ConfigureAwait(false);
        for (var i = 0; i < doubtful.Length; i++)
            if (mine[i])
                outcomes[doubtful[i]] = Outcome.Written;
    }

    private void Complete(List<TWrite> batch, Outcome[] outcomes, long begun)
    {
        var written = 0;
        var fenced = false;
        for (var i = 0; i < batch.Count; i++)
        {
            written += outcomes[i] == Outcome.Written ? 1 : 0;
            fenced |= outcomes[i] == Outcome.Fenced;
            if (outcomes[i] == Outcome.Fenced)
                batch[i].Fail(NotServing());
            else
                batch[i].Complete(outcomes[i]);
        }

        if (fenced)
            _gate.Doubt();
        _telemetry.BatchSize.Record(batch.Count, _tag);
        _telemetry.CommitSeconds.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, _tag);
        _telemetry.Commits.Add(1, _tag);
        _telemetry.Writes.Add(written, _tag);
        if (written < batch.Count && !fenced)
            _telemetry.Conflicts.Add(batch.Count - written, _tag);
    }

    /// <summary>The database is known to be gone: what was never sent need not wait to hear so.</summary>
    private void RefuseWaiting()
    {
        List<TWrite> refused;
        lock (_lock)
            (refused, _waiting) = (_waiting, []);
        FailAll(refused, () => Unwritten("The database does not answer."));
    }

    private void EndPatience()
    {
        List<TWrite>? late = null;
        List<TWrite> unanswered;
        lock (_lock)
        {
            if (!_running)
                return;
            if (_waiting.Count > 0 && IsLate(_waiting[0]))
            {
                late = _waiting.FindAll(IsLate);
                _waiting.RemoveAll(IsLate);
            }

            unanswered = _inFlight.FindAll(IsLate);
            foreach (var write in unanswered)
                _undecided.Add(write.Key);
        }

        // Not under the lock: who waits may go on from here.
        FailAll(unanswered, Unknown);
        if (late is not null)
            FailAll(late, () => Unwritten("The database does not keep up."));
    }

    private static bool IsLate(TWrite write) => Stopwatch.GetElapsedTime(write.QueuedAt) > CallerPatience;

    private static void FailAll(List<TWrite> writes, Func<StorageUnavailableException> exception)
    {
        foreach (var write in writes)
            write.Fail(exception());
    }

    private static StorageUnavailableException Unwritten(string why) => new($"{why} Nothing was written.");

    private static StorageUnavailableException NotServing() => Unwritten("This process is not the one that serves.");

    private static StorageUnavailableException Unknown() => new("The database did not answer in time; whether the write went through is not known.");

    private Activity? StartActivity(List<TWrite> batch)
    {
        if (!Telemetry.Source.HasListeners())
            return null;
        var links = batch.Where(w => w.Writer != default).Take(Telemetry.MostLinks).Select(w => new ActivityLink(w.Writer));
        var activity = Telemetry.Source.StartActivity(ActivityKind.Client, default, null, links, default, $"commit {_statement.Table}");
        foreach (var write in batch)
            write.Commit = activity?.Context ?? default;
        return activity?.SetTag("db.system.name", "postgresql").SetTag("db.operation.batch.size", batch.Count);
    }
}
