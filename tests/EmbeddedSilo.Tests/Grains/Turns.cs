using Orleans.Concurrency;
using Orleans.Runtime;

namespace Cafeteria.Tests.Turns;

[Alias("test.turn-calls")]
public interface ITurnCalls : IGrainWithStringKey
{
    /// <summary>Waits until the gate of that name opens, then says what ran since it began.</summary>
    [Alias("wait")]
    Task<string> WaitAsync(string gate);

    [Alias("note")]
    Task NoteAsync(string what);

    [Alias("always"), AlwaysInterleave]
    Task<string> LookAsync();

    [Alias("read-wait"), ReadOnly]
    Task ReadAndWaitAsync(string gate);

    [Alias("read"), ReadOnly]
    Task<int> ReadAsync();

    [Alias("where")]
    Task<bool> StaysInItsSchedulerAsync();

    [Alias("increment")]
    Task<int> IncrementSlowlyAsync();
}

[Alias("test.turns")]
public interface ITurnsGrain : ITurnCalls;

[Alias("test.reentrant-turns")]
public interface IReentrantTurnsGrain : ITurnCalls;

public abstract class TurnCalls : Grain, ITurnCalls
{
    private readonly List<string> _notes = [];
    private int _count;

    public async Task<string> WaitAsync(string gate)
    {
        _notes.Add("begin");
        Gates.Reached(gate);
        await Gates.Opened(gate);
        _notes.Add("end");
        return string.Join(" ", _notes);
    }

    public Task NoteAsync(string what)
    {
        _notes.Add(what);
        return Task.CompletedTask;
    }

    public Task<string> LookAsync() => Task.FromResult(string.Join(" ", _notes));

    public async Task ReadAndWaitAsync(string gate)
    {
        Gates.Reached(gate);
        await Gates.Opened(gate);
    }

    public Task<int> ReadAsync() => Task.FromResult(_notes.Count);

    public async Task<bool> StaysInItsSchedulerAsync()
    {
        var scheduler = TaskScheduler.Current;
        await Task.Yield();
        var afterYield = TaskScheduler.Current == scheduler;
        await Task.Delay(5);
        return scheduler != TaskScheduler.Default && afterYield && TaskScheduler.Current == scheduler;
    }

    public async Task<int> IncrementSlowlyAsync()
    {
        var seen = _count;
        await Task.Yield();
        return _count = seen + 1;
    }
}

public sealed class TurnsGrain : TurnCalls, ITurnsGrain;

[Reentrant]
public sealed class ReentrantTurnsGrain : TurnCalls, IReentrantTurnsGrain;
