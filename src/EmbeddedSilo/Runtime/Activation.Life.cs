using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>How an activation begins and ends.</summary>
internal sealed partial class Activation
{
    private AsyncServiceScope _scope;
    private List<IStateFacet>? _states;
    private HashSet<IDisposable>? _timers;
    private TaskCompletionSource? _gone;
    private DeactivationReason _reason;
    private long _keepUntil;
    private bool _activating, _wasValid, _finishing, _draining;

    public object? Instance { get; private set; }

    object? IGrainContext.GrainInstance => Instance;

    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    /// <summary>What consumes the streams this grain is subscribed to. Touched in its turns only.</summary>
    public Dictionary<StreamId, object>? StreamConsumers { get; set; }

    public Task Deactivated
    {
        get
        {
            lock (_gate)
            {
                return _phase == Phase.Gone
                    ? Task.CompletedTask
                    : (_gone ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            BeginDeactivation(deactivationReason);
        }
    }

    public void DelayDeactivation(TimeSpan by) =>
        _keepUntil = by == TimeSpan.MaxValue || by == Timeout.InfiniteTimeSpan ? long.MaxValue
            : by < TimeSpan.Zero ? 0
            : Environment.TickCount64 + (long)by.TotalMilliseconds;

    public void CollectIfIdle(long now)
    {
        lock (_gate)
        {
            if (_phase == Phase.Valid && _running == 0 && _waiting.Count == 0
                && Class.CollectionAge >= 0 && now - _lastUsed >= Class.CollectionAge && now >= _keepUntil)
            {
                BeginDeactivation(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "Idle for longer than its collection age."));
            }
        }
    }

    /// <summary>Lets what was accepted be done, then deactivates. A cancelled token ends the waiting, not the running.</summary>
    public async Task DrainAsync(CancellationToken cancellation)
    {
        bool schedule;
        lock (_gate)
        {
            _draining = true;
            schedule = Admit();
        }

        if (schedule)
        {
            TellOthers();
        }

        await using var impatience = cancellation.UnsafeRegister(
            static self => ((Activation)self!).Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.")),
            this);
        await Deactivated.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Add(IDisposable timer)
    {
        lock (_gate)
        {
            (_timers ??= []).Add(timer);
        }
    }

    public void Remove(IDisposable timer)
    {
        lock (_gate)
        {
            _timers?.Remove(timer);
        }
    }

    /// <summary>Called by the facets of the grain's constructor.</summary>
    public void Add(IStateFacet state) => (_states ??= []).Add(state);

    private void Begin(GrainCall first, bool here)
    {
        _activating = true;
        if (here)
        {
            RunHere(static call => ((GrainCall)call!).Target!.ActivateThenStart((GrainCall)call), first);
        }
        else
        {
            RunOnScheduler(ActivateAsync);
        }
    }

    /// <summary>What was activated without waiting serves its first call at once.</summary>
    private void ActivateThenStart(GrainCall first)
    {
        if (!ActivateAsync().IsCompleted)
        {
            return;
        }

        lock (_gate)
        {
            if (_ready is null || !_ready.TryPeek(out var next) || next != first)
            {
                return;
            }

            _ready.Dequeue();
        }

        ExecutionContext.Restore(EmptyContext);
        Start(first);
    }

    private async Task ActivateAsync()
    {
        try
        {
            Instruments.ActivationCreated();
            RequestContext.Import(_waiting.First?.RequestValues);
            _scope = Runtime.Services.CreateAsyncScope();
            Instance = Class.Create(this);
            using var timeout = new CancellationTokenSource();
            foreach (var state in _states ?? [])
            {
                await WithinAsync(state.LoadAsync(timeout.Token), Runtime.Collection.ActivationTimeout, timeout);
            }

            if (Instance is IGrainBase grain)
            {
                await WithinAsync(grain.OnActivateAsync(timeout.Token), Runtime.Collection.ActivationTimeout, timeout);
            }
        }
        catch (Exception failure)
        {
            Instruments.ActivationFailed();
            Log.ActivationFailed(Runtime.Logger, failure, GrainId);
            await GoAsync();
            Release(failure);
            return;
        }

        bool schedule;
        lock (_gate)
        {
            _activating = false;
            _lastUsed = Environment.TickCount64;
            if (_phase == Phase.Activating)
            {
                _phase = Phase.Valid;
            }

            schedule = Admit();
        }

        if (schedule)
        {
            TellOthers();
        }
    }

    /// <summary>Under the lock.</summary>
    private void BeginDeactivation(DeactivationReason reason)
    {
        if (_phase is Phase.Deactivating or Phase.Gone)
        {
            return;
        }

        _wasValid = _phase == Phase.Valid;
        _phase = Phase.Deactivating;
        _reason = reason;
        FinishWhenQuiet();
    }

    /// <summary>Under the lock.</summary>
    private void FinishWhenQuiet()
    {
        if (_running == 0 && !_activating && !_finishing)
        {
            _finishing = true;
            RunOnScheduler(FinishAsync);
        }
    }

    private async Task FinishAsync()
    {
        if (_wasValid && Instance is IGrainBase grain)
        {
            DisposeTimers();
            using var timeout = new CancellationTokenSource();
            try
            {
                await WithinAsync(grain.OnDeactivateAsync(_reason, timeout.Token), Runtime.Collection.DeactivationTimeout, timeout);
            }
            catch (Exception failure)
            {
                Log.DeactivationFailed(Runtime.Logger, failure, GrainId);
            }
        }

        await GoAsync();
        Release(null);
    }

    private async Task GoAsync()
    {
        DisposeTimers();
        try
        {
            switch (Instance)
            {
                case IAsyncDisposable asynchronous:
                    await asynchronous.DisposeAsync();
                    break;
                case IDisposable disposable:
                    disposable.Dispose();
                    break;
            }

            await _scope.DisposeAsync();
        }
        catch (Exception failure)
        {
            Log.DeactivationFailed(Runtime.Logger, failure, GrainId);
        }
    }

    /// <summary>Gives the key free; calls that waited fail with the activation, or go to the next one.</summary>
    private void Release(Exception? failure)
    {
        List<GrainCall> waiting;
        TaskCompletionSource? gone;
        Class.Activations.TryRemove(KeyValuePair.Create(Key, this));
        lock (_gate)
        {
            _phase = Phase.Gone;
            waiting = _waiting.TakeAll();
            gone = _gone;
        }

        Instruments.ActivationDestroyed();
        gone?.TrySetResult();
        foreach (var call in waiting)
        {
            if (failure is not null)
            {
                call.Fail(failure);
            }
            else if (call.MayBeForwarded)
            {
                Runtime.Forward(call, Class, Key);
            }
        }
    }

    private void DisposeTimers()
    {
        HashSet<IDisposable>? timers;
        lock (_gate)
        {
            timers = _timers;
            _timers = null;
        }

        foreach (var timer in timers ?? [])
        {
            timer.Dispose();
        }
    }

    /// <summary>Most grains begin and end without waiting for anything: those need no timer.</summary>
    private static Task WithinAsync(Task step, TimeSpan limit, CancellationTokenSource timeout)
    {
        if (step.IsCompleted)
        {
            return step;
        }

        return BeforeAsync(step, limit, timeout);
    }

    /// <exception cref="OperationCanceledException">The time is over; Orleans tells the callers the same.</exception>
    private static async Task BeforeAsync(Task step, TimeSpan limit, CancellationTokenSource timeout)
    {
        timeout.CancelAfter(limit);
        await step.WaitAsync(timeout.Token);
    }

    private void RunOnScheduler(Func<Task> life)
    {
        // Its own life belongs to no caller's context.
        if (ExecutionContext.IsFlowSuppressed())
        {
            Task.Factory.StartNew(life, default, TaskCreationOptions.DenyChildAttach, _scheduler);
            return;
        }

        using (ExecutionContext.SuppressFlow())
        {
            Task.Factory.StartNew(life, default, TaskCreationOptions.DenyChildAttach, _scheduler);
        }
    }
}
