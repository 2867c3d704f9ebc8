using System.Collections.Concurrent;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Cafeteria.Tests.Lives;

[Alias("test.life")]
public interface ILifeGrain : IGrainWithStringKey
{
    [Alias("activation"), AlwaysInterleave]
    Task<string> ActivationAsync();

    [Alias("wait")]
    Task<string> WaitAsync(string gate);

    [Alias("slow")]
    Task<string> GoAndWaitAsync(string gate);

    [Alias("go")]
    Task GoAsync();

    [Alias("call")]
    Task<string> CallAsync();
}

public sealed class LifeGrain : Grain, ILifeGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    /// <summary>What happens to grains, by key; the test says what is to fail.</summary>
    public static ConcurrentDictionary<string, int> FailuresToCome { get; } = new();

    /// <summary>Whose beginning never ends, although it is told to.</summary>
    public static ConcurrentDictionary<string, bool> Hanging { get; } = new();

    public static ConcurrentDictionary<string, int> Alive { get; } = new();

    public static ConcurrentDictionary<string, int> MostAlive { get; } = new();

    public static ConcurrentDictionary<string, string> Ends { get; } = new();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        if (Hanging.ContainsKey(key))
            await new TaskCompletionSource().Task;
        if (FailuresToCome.TryGetValue(key, out var left) && left > 0)
        {
            FailuresToCome[key] = left - 1;
            throw new InvalidOperationException("not now");
        }

        var alive = Alive.AddOrUpdate(key, 1, (_, count) => count + 1);
        MostAlive.AddOrUpdate(key, alive, (_, most) => Math.Max(most, alive));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Delay(10, cancellationToken);
        Ends[this.GetPrimaryKeyString()] = reason.ReasonCode.ToString();
        Alive.AddOrUpdate(this.GetPrimaryKeyString(), 0, (_, count) => count - 1);
    }

    public Task<string> ActivationAsync() => Task.FromResult(_activation);

    public async Task<string> WaitAsync(string gate)
    {
        Gates.Reached(gate);
        await Gates.Opened(gate);
        return _activation;
    }

    public async Task<string> GoAndWaitAsync(string gate)
    {
        DeactivateOnIdle();
        return await WaitAsync(gate);
    }

    public Task GoAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task<string> CallAsync() => Task.FromResult(_activation);
}
