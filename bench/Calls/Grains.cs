using Orleans.Runtime;

namespace Cafeteria.Calls;

[Alias("calls.counter")]
public interface ICounterGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> AddAsync(int by);
}

public sealed class CounterGrain : Grain, ICounterGrain
{
    private int _count;

    public Task<int> AddAsync(int by) => Task.FromResult(_count += by);
}

/// <summary>Calls a counter in its own turn, as an order calls its stock items.</summary>
[Alias("calls.relay")]
public interface IRelayGrain : IGrainWithStringKey
{
    [Alias("relay")]
    Task<int> RelayAsync(string counter, int times);
}

public sealed class RelayGrain : Grain, IRelayGrain
{
    public async Task<int> RelayAsync(string counter, int times)
    {
        var target = GrainFactory.GetGrain<ICounterGrain>(counter);
        var last = 0;
        for (var i = 0; i < times; i++)
        {
            last = await target.AddAsync(1);
        }

        return last;
    }
}

/// <summary>Gives the turn up before it answers, as every grain does that writes.</summary>
[Alias("calls.yielding")]
public interface IYieldingGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> AddAsync(int by);
}

public sealed class YieldingGrain : Grain, IYieldingGrain
{
    private int _count;

    public async Task<int> AddAsync(int by)
    {
        await Task.Yield();
        return _count += by;
    }
}

[GenerateSerializer]
[Alias("calls.small")]
public sealed record Small
{
    [Id(0)]
    public long Total { get; init; }

    [Id(1)]
    public string Name { get; init; } = "";
}

/// <summary>A grain with one small state, for what an idle one costs.</summary>
[Alias("calls.stateful")]
public interface IStatefulGrain : IGrainWithStringKey
{
    [Alias("touch")]
    Task<long> TouchAsync();
}

public sealed class StatefulGrain([PersistentState("small", "Memory")] IPersistentState<Small> small) : Grain, IStatefulGrain
{
    public Task<long> TouchAsync() => Task.FromResult(small.State.Total);
}
