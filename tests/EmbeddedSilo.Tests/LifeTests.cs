using Cafeteria.Tests.Lives;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>How activations begin and end, and what becomes of the calls meanwhile.</summary>
[Collection(OneCluster.Name)]
public sealed class LifeTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ILifeGrain Grain => fixture.Cluster.Grains.GetGrain<ILifeGrain>(_key);

    [Fact]
    public async Task An_activation_that_fails_fails_the_call_and_the_next_call_tries_anew()
    {
        LifeGrain.FailuresToCome[_key] = 1;

        Assert.Equal("not now", (await Assert.ThrowsAsync<InvalidOperationException>(() => Grain.CallAsync())).Message);
        Assert.NotEmpty(await Grain.CallAsync());
    }

    /// <summary>A cancellation that is not the caller's own: whoever calls must know it for something that passes.</summary>
    [Fact]
    public async Task Who_waits_for_an_activation_that_hangs_is_told_when_the_time_is_over()
    {
        await using var cluster = await GrainCluster.StartAsync(
            silo => silo.Configure<GrainCollectionOptions>(options => options.ActivationTimeout = TimeSpan.FromMilliseconds(200)));
        LifeGrain.Hanging[_key] = true;
        var grain = cluster.Grains.GetGrain<ILifeGrain>(_key);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grain.CallAsync().WithinAsync("the hanging activation to be given up"));
        LifeGrain.Hanging.Clear();
        Assert.NotEmpty(await grain.CallAsync());
    }

    [Fact]
    public async Task The_runtime_is_told_to_let_go_and_the_grain_is_told_why()
    {
        var activation = await Grain.CallAsync();
        await Grain.GoAsync();

        await Waiting.UntilAsync(() => LifeGrain.Ends.ContainsKey(_key), "the grain to be told that it goes");
        Assert.Equal(nameof(DeactivationReasonCode.ApplicationRequested), LifeGrain.Ends[_key]);
        Assert.NotEqual(activation, await Grain.CallAsync());
    }

    [Fact]
    public async Task Calls_that_wait_at_a_deactivating_activation_go_to_the_next_one()
    {
        var running = Grain.GoAndWaitAsync(_key);
        await Gates.WhenReached(_key);
        var waiting = Enumerable.Range(0, 20).Select(_ => Grain.CallAsync()).ToList();
        Gates.Open(_key);
        var before = await running;
        var after = await Task.WhenAll(waiting).WithinAsync("the waiting calls to be served");

        Assert.DoesNotContain(before, after);
        Assert.Single(after.Distinct());
    }

    [Fact]
    public async Task There_are_never_two_activations_of_one_grain()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 30; i++)
            {
                try
                {
                    await Grain.CallAsync();
                }
                catch (OrleansMessageRejectionException)
                {
                    // Met three deactivating activations in a row, and says so.
                }

                if ((i + caller) % 10 == 0)
                {
                    await Grain.GoAsync().ContinueWith(_ => { }, TaskScheduler.Default);
                }
            }
        }))).WithinAsync("all calls to be served");

        Assert.Equal(1, LifeGrain.MostAlive[_key]);
    }

    [Fact]
    public async Task An_idle_activation_is_collected()
    {
        await using var cluster = await GrainCluster.StartAsync(silo => silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionQuantum = TimeSpan.FromMilliseconds(500);
            options.CollectionAge = TimeSpan.FromSeconds(1);
        }));
        await cluster.Grains.GetGrain<ILifeGrain>(_key).CallAsync();

        await Waiting.UntilAsync(() => LifeGrain.Ends.ContainsKey(_key), "the idle grain to be collected");
        Assert.Equal(nameof(DeactivationReasonCode.ActivationIdle), LifeGrain.Ends[_key]);
    }

    [Fact]
    public async Task A_stop_lets_running_calls_end_and_deactivates_every_grain()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var others = Enumerable.Range(0, 100).Select(number => $"{_key}-{number}").ToList();
        await Task.WhenAll(others.Select(key => cluster.Grains.GetGrain<ILifeGrain>(key).CallAsync()));
        var running = cluster.Grains.GetGrain<ILifeGrain>(_key).WaitAsync(_key);
        await Gates.WhenReached(_key);
        var stopping = cluster.StopAsync();
        Gates.Open(_key);
        await stopping.WithinAsync("the cluster to stop");

        Assert.All(others.Append(_key), key => Assert.Equal(nameof(DeactivationReasonCode.ShuttingDown), LifeGrain.Ends.GetValueOrDefault(key)));
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
