using Cafeteria.Tests.Calls;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>Calls other grains, so that what the silo does for a calling grain can be seen.</summary>
[Alias("test.relaying")]
public interface IRelayingGrain : IGrainWithStringKey
{
    /// <summary>Calls a grain that waits at that gate, and does not wait for the answer.</summary>
    [Alias("call-waiting")]
    Task StartCallAsync(string gate);

    /// <summary>How that call ended; empty while it has not.</summary>
    [Alias("outcome")]
    Task<string> OutcomeAsync();

    [Alias("double-there")]
    Task<int> DoubleThereAsync(string key, int number);
}

public sealed class RelayingGrain : Grain, IRelayingGrain
{
    private string _outcome = "";

    public Task StartCallAsync(string gate)
    {
        _ = CallAsync(gate);
        return Task.CompletedTask;
    }

    public Task<string> OutcomeAsync() => Task.FromResult(_outcome);

    public Task<int> DoubleThereAsync(string key, int number) => GrainFactory.GetGrain<IFilteredGrain>(key).DoubleAsync(number);

    private async Task CallAsync(string gate)
    {
        try
        {
            await GrainFactory.GetGrain<ICallsGrain>(gate).WaitAsync(gate);
            _outcome = "answered";
        }
        catch (TimeoutException failure)
        {
            _outcome = failure.GetType().Name;
        }
    }
}

/// <summary>What filters noticed, in this process.</summary>
public sealed class FilterLog
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }
}

/// <summary>Makes ten of every whole number that a filtered grain answers.</summary>
public sealed class TenfoldFilter(FilterLog log) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.Grain is FilteredGrain && context.Result is int number)
        {
            log.Add($"in {context.MethodName} {context.TargetId.Key}");
            context.Result = 10 * number;
        }
    }
}
