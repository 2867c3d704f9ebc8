using Orleans;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Runtime;

/// <summary>
/// A timer whose ticks are turns of its activation. The one tick object is sent again and again: the next tick is set only when
/// the last has ended.
/// </summary>
internal abstract class GrainTimer : VoidCall, IGrainTimer
{
    private readonly Activation _activation;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _ticking, _changed;

    protected GrainTimer(Activation activation, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, nameof(options));
        Check(options.Period, nameof(options));
        _activation = activation;
        _options = options;
        _dueTime = options.DueTime;
        _period = options.Period;
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            TimerCallback tick = static self => ((GrainTimer)self!).Tick();
            _timer = activation.Runtime.Schedule?.Time.CreateTimer(tick, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)
                ?? new Timer(tick, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public override bool IsAlwaysInterleave => _options.Interleave;

    public override bool IsReadOnly => false;

    public override bool IsOneWay => true;

    public override bool MayBeForwarded => false;

    public override bool KeepsAlive => _options.KeepAlive;

    public static IGrainTimer Start<TState>(
        IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var activation = Activation.Of(grain);
        if (Activation.Current != activation)
        {
            throw new InvalidOperationException("A grain's timer is registered in the grain's own turn.");
        }

        var timer = new GrainTimer<TState>(activation, callback, state, options);
        activation.Add(timer);
        timer._timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
        return timer;
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        _dueTime = dueTime;
        _period = period;
        _changed = true;
        if (!_ticking)
        {
            Set(dueTime);
        }
    }

    public void Dispose()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException failure)
        {
            Log.TimerFailed(_activation.Runtime.Logger, failure, _activation.GrainId);
        }

        _timer.Dispose();
        _activation.Remove(this);
    }

    public override async Task Invoke(object target)
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        _changed = false;
        try
        {
            await RunAsync(_stop.Token);
        }
        catch (Exception failure)
        {
            Log.TimerFailed(_activation.Runtime.Logger, failure, _activation.GrainId);
            if (failure is Orleans.Storage.InconsistentStateException)
            {
                throw;
            }
        }
        finally
        {
            _ticking = false;
            Set(_changed ? _dueTime : _period);
        }
    }

    protected abstract Task RunAsync(CancellationToken stop);

    private void Tick()
    {
        // Set once more while it was going off: the tick that waits is enough, and cannot stand in the mailbox twice.
        if (Interlocked.Exchange(ref _ticking, true))
        {
            return;
        }

        _activation.TryReceive(this, mayRunHere: false);
    }

    private void Set(TimeSpan due)
    {
        if (!_stop.IsCancellationRequested)
        {
            try
            {
                _timer.Change(due, Timeout.InfiniteTimeSpan);
            }
            catch (ObjectDisposedException)
            {
                // Deactivated between the two lines.
            }
        }
    }

    private static void Check(TimeSpan time, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan((long)time.TotalMilliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)time.TotalMilliseconds, 0xfffffffe, name);
    }
}

internal sealed class GrainTimer<TState>(
    Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    : GrainTimer(activation, options)
{
    protected override Task RunAsync(CancellationToken stop) => callback(state, stop);
}
