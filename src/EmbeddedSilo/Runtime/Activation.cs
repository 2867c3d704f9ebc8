using System.Diagnostics;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// One grain in memory: its mailbox, its turns, its life. Everything the grain runs goes through <see cref="_ready"/>, one at a
/// time; calls that may not start yet stand in <see cref="_waiting"/>.
/// </summary>
internal sealed partial class Activation : IGrainContext, IThreadPoolWorkItem
{
    // After this many turns or this long the activation goes to the back of the thread pool's queue.
    private const int MaxTurnsPerSlice = 256;
    private const int MaxNestedTurns = 16;

    [ThreadStatic]
    private static int _nestedTurns;

    // The context of a thread on which nothing was set: turns begin in it, so that nothing but the request context
    // flows from caller to grain, whether the turn runs on the caller's thread or not.
    private static readonly ExecutionContext EmptyContext = CaptureEmptyContext();

    private readonly TurnScheduler _scheduler;
    private readonly object _gate;
    private readonly CallQueue _waiting = new();
    private Queue<object>? _ready;
    private bool _active;
    private int _running;
    private GrainCall? _blocking;
    private Phase _phase;
    private long _lastUsed = Environment.TickCount64;

    public Activation(SiloRuntime runtime, GrainClass grainClass, string key)
    {
        Runtime = runtime;
        Class = grainClass;
        Key = key;
        _scheduler = new TurnScheduler(this);
        _gate = _scheduler;
    }

    private enum Phase : byte
    {
        Created,
        Activating,
        Valid,
        Deactivating,
        Gone,
    }

    /// <summary>The activation in whose turn this code runs.</summary>
    public static Activation? Current => (TaskScheduler.Current as TurnScheduler)?.Activation;

    public SiloRuntime Runtime { get; }

    public GrainClass Class { get; }

    public string Key { get; }

    /// <summary>Whether there is a turn to run, not only one that has ended.</summary>
    public bool HasTurns => _ready is { Count: > 0 };

    public GrainId GrainId => GrainId.Create(Class.Type, Key);

    public static Activation Of(IGrainBase grain) =>
        grain.GrainContext as Activation ?? throw new InvalidOperationException($"{grain.GetType()} is not an activated grain.");

    public GrainReference ReferenceAs(Type interfaceType) => Runtime.Reference(interfaceType, Class, Key);

    public override string ToString() => $"{GrainId} ({_phase})";

    bool IEquatable<IGrainContext>.Equals(IGrainContext? other) => ReferenceEquals(this, other);

    /// <summary>
    /// Takes a call. If nothing stands in its way and <paramref name="mayRunHere"/>, its turn runs on the calling thread up to
    /// its first real await: what completes in that stretch costs no hop and no queue. False: this activation has gone.
    /// </summary>
    public bool TryReceive(GrainCall call, bool mayRunHere)
    {
        var here = false;
        var begin = false;
        var schedule = false;
        lock (_gate)
        {
            if (_phase == Phase.Gone)
            {
                return false;
            }

            var limit = Runtime.MaxEnqueuedRequests;
            if (limit > 0 && call.Method is not null && _running + _waiting.Count > limit)
            {
                call.Fail(new LimitExceededException("MaxEnqueuedRequestsHardLimit", _running + _waiting.Count, limit, ToString()));
                return true;
            }

            call.Target = this;
            if (_phase == Phase.Valid && MayStart(call))
            {
                RecordStart(call);
                if (mayRunHere && !_active && !call.IsOneWay && TurnMayNest())
                {
                    here = _active = true;
                }
                else
                {
                    Expect(call);
                    schedule = MakeReady(call);
                }
            }
            else
            {
                Expect(call);
                _waiting.Add(call);
                if (_phase == Phase.Created)
                {
                    _phase = Phase.Activating;
                    begin = true;
                    here = _active = mayRunHere && TurnMayNest();
                }
            }
        }

        if (begin)
        {
            Begin(call, here);
        }
        else if (here)
        {
            RunHere(static call => ((GrainCall)call!).Target!.Start((GrainCall)call), call);
        }
        else if (schedule)
        {
            TellOthers();
        }

        return true;
    }

    public void Enqueue(Task task)
    {
        bool schedule;
        lock (_gate)
        {
            schedule = MakeReady(task);
        }

        if (schedule)
        {
            TellOthers();
        }
    }

    public void Execute() => _scheduler.RunHere(static self => ((Activation)self!).RunSlice(), this);

    private void RunSlice()
    {
        for (var turns = Runtime.Schedule is null ? MaxTurnsPerSlice : 1; turns > 0; turns--)
        {
            object next;
            lock (_gate)
            {
                if (_ready is null || !_ready.TryDequeue(out next!))
                {
                    _active = false;
                    _ready = null;
                    return;
                }
            }

            if (next is GrainCall call)
            {
                Start(call);
            }
            else
            {
                _scheduler.Run((Task)next);
            }

            ExecutionContext.Restore(EmptyContext);
        }

        TellOthers();
    }

    /// <summary>There are turns to run, and not by this thread.</summary>
    private void TellOthers()
    {
        if (Runtime.Schedule is { } schedule)
        {
            schedule.Ready(this);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Runs a turn on the calling thread; what queued up meanwhile is left to the thread pool.</summary>
    private void RunHere(Action<object?> body, object state)
    {
        var callerContext = ExecutionContext.Capture()!;
        var callerSynchronization = SynchronizationContext.Current;
        ExecutionContext.Restore(EmptyContext);
        if (callerSynchronization is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        _nestedTurns++;
        try
        {
            _scheduler.RunHere(body, state);
        }
        finally
        {
            _nestedTurns--;
            ExecutionContext.Restore(callerContext);
            if (callerSynchronization is not null)
            {
                SynchronizationContext.SetSynchronizationContext(callerSynchronization);
            }
        }

        lock (_gate)
        {
            if (_ready is null or { Count: 0 })
            {
                _active = false;
                return;
            }
        }

        TellOthers();
    }

    private static bool TurnMayNest() =>
        _nestedTurns < MaxNestedTurns && !ExecutionContext.IsFlowSuppressed()
            && System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack();

    private static void Expect(GrainCall call)
    {
        call.ReceivedAt = Instruments.MailboxWaitStart();
        if (!call.IsOneWay)
        {
            call.PrepareAnswer();
        }
    }

    private void Start(GrainCall call)
    {
        if (call.RequestValues is { } values)
        {
            RequestContext.Import(values);
        }

        Task outcome;
        try
        {
            outcome = (call.Method is { } method ? Runtime.Invoke(this, call, method) : call.Invoke(Instance!))
                ?? throw new InvalidOperationException($"{call} of {GrainId} returned no task.");
        }
        catch (Exception failure)
        {
            outcome = call.FailedOutcome(failure);
        }

        if (outcome.IsCompleted)
        {
            End(call, outcome);
        }
        else
        {
            if (!call.IsOneWay)
            {
                call.PrepareAnswer();
            }

            outcome.ContinueWith(
                static (ended, call) => ((GrainCall)call!).Target!.End((GrainCall)call, ended),
                call,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.DenyChildAttach,
                TaskScheduler.Default);
        }
    }

    private void End(GrainCall call, Task outcome)
    {
        if (outcome.IsFaulted)
        {
            OnFailure(call, outcome.Exception!.InnerException!);
        }

        bool schedule;
        lock (_gate)
        {
            _running--;
            if (_blocking is null || _blocking == call)
            {
                _blocking = null;
            }

            if (call.KeepsAlive)
            {
                _lastUsed = Environment.TickCount64;
            }

            schedule = Admit();
        }

        if (schedule)
        {
            TellOthers();
        }

        call.Complete(outcome);
    }

    private void OnFailure(GrainCall call, Exception failure)
    {
        if (call.IsOneWay)
        {
            Log.OneWayCallFailed(Runtime.Logger, failure, call, GrainId);
        }

        // Only where it arose: a caller that lets it pass has nothing wrong with its own state.
        if (failure is InconsistentStateException { IsSourceActivation: true } inconsistent)
        {
            inconsistent.IsSourceActivation = false;
            Log.InconsistentState(Runtime.Logger, failure, GrainId);
            Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, failure.Message));
        }
    }

    private static ExecutionContext CaptureEmptyContext()
    {
        ExecutionContext? empty = null;
        var thread = new Thread(() => empty = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return empty ?? throw new UnreachableException();
    }
}
