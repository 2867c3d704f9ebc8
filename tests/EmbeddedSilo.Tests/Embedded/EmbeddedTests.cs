using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Cafeteria.Tests.Calls;
using Cafeteria.Tests.Lives;
using Cafeteria.Tests.News;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>What only the embedded silo promises.</summary>
public sealed class EmbeddedTests
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_stop_serves_what_waits_already_and_refuses_what_comes_from_outside()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<ILifeGrain>(_key);
        var running = grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var waiting = Enumerable.Range(0, 10).Select(_ => grain.CallAsync()).ToList();
        var stopping = cluster.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.CallAsync());
        Gates.Open(_key);
        await stopping.WithinAsync("the silo to stop");

        Assert.Single((await Task.WhenAll(waiting)).Append(await running).Distinct());
        Assert.Equal(nameof(DeactivationReasonCode.ShuttingDown), LifeGrain.Ends[_key]);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.CallAsync());
    }

    [Fact]
    public async Task A_long_chain_of_calls_does_not_exhaust_the_stack()
    {
        await using var cluster = await GrainCluster.StartAsync();

        Assert.Equal(20_000, await cluster.Grains.GetGrain<IChainGrain>(_key).DownAsync(20_000));
    }

    [Fact]
    public async Task A_caller_with_a_synchronization_context_gets_it_back_and_the_grain_does_not_see_it()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<Turns.ITurnsGrain>(_key);
        var before = SynchronizationContext.Current;
        var own = new SynchronizationContext();
        SynchronizationContext.SetSynchronizationContext(own);
        Task<bool> stays;
        try
        {
            stays = grain.StaysInItsSchedulerAsync();
            Assert.Same(own, SynchronizationContext.Current);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        Assert.True(await stays);
    }

    [Fact]
    public async Task What_does_not_survive_a_wire_fails_here_too()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var grain = cluster.Grains.GetGrain<Broken.ICarrierGrain>(_key);

        await Assert.ThrowsAsync<InvalidOperationException>(() => grain.CarryAsync(new Broken.Lossy(1)));
    }

    [Fact]
    public async Task An_observer_that_nobody_keeps_is_gone()
    {
        await using var cluster = await GrainCluster.StartAsync();
        var reference = Forgotten(cluster);
        await Waiting.UntilAsync(
            async () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return await cluster.Grains.GetGrain<INewsroomGrain>(_key).AskAsync(reference) == nameof(ClientNotAvailableException);
            },
            "the observer to be collected");
    }

    [Fact]
    public async Task Calls_are_traced_when_somebody_listens()
    {
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.Orleans.Application",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (activities)
                {
                    activities.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var cluster = await GrainCluster.StartAsync(silo => silo.AddActivityPropagation());
        using var request = new Activity("request").Start();
        await cluster.Grains.GetGrain<ICallsGrain>(_key).ContextBelowAsync("nothing");
        request.Stop();

        List<Activity> own;
        lock (activities)
        {
            own = [.. activities.Where(activity => activity.TraceId == request.TraceId)];
        }

        Assert.Equal(4, own.Count);
        Assert.Equal(2, own.Count(activity => activity.Kind == ActivityKind.Client));
        Assert.Equal(request.SpanId, own.Single(activity => activity.Kind == ActivityKind.Client && activity.OperationName.EndsWith("ContextBelowAsync", StringComparison.Ordinal)).ParentSpanId);
        var outer = own.Single(activity => activity.Kind == ActivityKind.Server && activity.OperationName.EndsWith("ContextBelowAsync", StringComparison.Ordinal));
        var inner = own.Single(activity => activity.Kind == ActivityKind.Client && activity.OperationName.EndsWith("ContextAsync", StringComparison.Ordinal));
        Assert.Equal(outer.SpanId, inner.ParentSpanId);
    }

    [Fact]
    public async Task Calls_waits_and_activations_are_measured_when_somebody_listens()
    {
        var seen = new HashSet<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "Microsoft.Orleans")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Note(instrument));
        listener.SetMeasurementEventCallback<int>((instrument, _, _, _) => Note(instrument));
        listener.Start();
        await using (var cluster = await GrainCluster.StartAsync())
        {
            await cluster.Grains.GetGrain<ICallsGrain>(_key).KeyAsync();
        }

        lock (seen)
        {
            Assert.Subset(
                seen,
                new HashSet<string>
                {
                    "orleans-catalog-activations", "orleans-catalog-activation-created", "orleans-catalog-activation-destroyed",
                    "orleans-app-requests-latency", "orleans-mailbox-wait",
                });
        }

        void Note(Instrument instrument)
        {
            lock (seen)
            {
                seen.Add(instrument.Name);
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReader Forgotten(GrainCluster cluster) => cluster.Grains.CreateObjectReference<IReader>(new Nobody());

    private sealed class Nobody : IReader
    {
        public Task ReadAsync(Headline headline) => Task.CompletedTask;

        public Task<int> AskAsync() => Task.FromResult(0);
    }
}
