using Orleans.Concurrency;
using Orleans.Runtime;

namespace Cafeteria.Tests.Ticks;

[Alias("test.ticks")]
public interface ITicksGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task StartAsync(int dueMilliseconds, int periodMilliseconds, bool interleave, string? gate);

    [Alias("ticks"), AlwaysInterleave]
    Task<int> TicksAsync();

    [Alias("overlaps"), AlwaysInterleave]
    Task<bool> OverlappedAsync();

    [Alias("in-turn"), AlwaysInterleave]
    Task<bool> AllWereTurnsAsync();

    [Alias("wait")]
    Task<int> WaitAsync(string gate);

    [Alias("stop")]
    Task StopAsync();

    [Alias("change")]
    Task ChangeAsync(int dueMilliseconds, int periodMilliseconds);

    /// <summary>Sets the timer again and again while it is going off, then waits.</summary>
    [Alias("again")]
    Task ChangeManyTimesAsync(string gate);

    [Alias("fail")]
    Task StartFailingAsync();
}

public sealed class TicksGrain : Grain, ITicksGrain
{
    private IGrainTimer? _timer;
    private int _ticks, _running;
    private bool _overlapped, _allWereTurns = true;

    public Task StartAsync(int dueMilliseconds, int periodMilliseconds, bool interleave, string? gate)
    {
        var scheduler = TaskScheduler.Current;
        _timer = this.RegisterGrainTimer(
            async stop =>
            {
                _allWereTurns &= TaskScheduler.Current == scheduler;
                _overlapped |= ++_running > 1;
                _ticks++;
                if (gate is not null)
                {
                    Gates.Reached(gate);
                    await Gates.Opened(gate);
                }

                await Task.Delay(20, CancellationToken.None);
                _running--;
            },
            new GrainTimerCreationOptions
            {
                DueTime = TimeSpan.FromMilliseconds(dueMilliseconds),
                Period = periodMilliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(periodMilliseconds),
                Interleave = interleave,
            });
        return Task.CompletedTask;
    }

    public Task<int> TicksAsync() => Task.FromResult(_ticks);

    public Task<bool> OverlappedAsync() => Task.FromResult(_overlapped);

    public Task<bool> AllWereTurnsAsync() => Task.FromResult(_allWereTurns);

    public async Task<int> WaitAsync(string gate)
    {
        Gates.Reached(gate);
        await Gates.Opened(gate);
        return _ticks;
    }

    public Task StopAsync()
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public Task ChangeAsync(int dueMilliseconds, int periodMilliseconds)
    {
        _timer!.Change(TimeSpan.FromMilliseconds(dueMilliseconds), TimeSpan.FromMilliseconds(periodMilliseconds));
        return Task.CompletedTask;
    }

    public async Task ChangeManyTimesAsync(string gate)
    {
        for (var until = Environment.TickCount64 + 100; Environment.TickCount64 < until;)
            _timer!.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        Gates.Reached(gate);
        await Gates.Opened(gate);
    }

    public Task StartFailingAsync()
    {
        _timer = this.RegisterGrainTimer(
            () =>
            {
                _ticks++;
                throw new InvalidOperationException("every time");
            },
            TimeSpan.Zero,
            TimeSpan.FromMilliseconds(10));
        return Task.CompletedTask;
    }
}
