using System.Collections.Immutable;
using Cafeteria.Tests.Calls;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>What goes with a call, and how it ends.</summary>
[Collection(OneCluster.Name)]
public sealed class CallTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ICallsGrain Grain => fixture.Cluster.Grains.GetGrain<ICallsGrain>(_key);

    [Fact]
    public async Task Arguments_and_results_arrive()
    {
        Assert.Equal("hello 1,2 60", await Grain.EchoAsync("hello", [1, 2], DateTimeOffset.FromUnixTimeSeconds(60)));
        Assert.Equal("hello  ", await Grain.EchoAsync("hello", [], null));
        Assert.Equal(5, await Grain.ValueAsync(4));
    }

    [Fact]
    public async Task Cases_of_a_closed_hierarchy_arrive_as_what_they_are()
    {
        var rejected = Assert.IsType<Verdict.Rejected>(await Grain.JudgeAsync(new Verdict.Accepted(3)));

        Assert.Equal("was 3", rejected.Reason);
        Assert.Equal(3, rejected.Left["left"]);
        Assert.IsType<Verdict.Accepted>(await Grain.JudgeAsync(rejected));
    }

    [Fact]
    public async Task Exceptions_arrive_as_what_they_are()
    {
        Assert.Equal("later", (await Assert.ThrowsAsync<OwnException>(() => Grain.ThrowAsync("later"))).Message);
        Assert.Equal("at once", (await Assert.ThrowsAsync<OwnException>(() => Grain.ThrowAtOnceAsync())).Message);
    }

    [Fact]
    public async Task A_method_that_returns_no_task_fails_its_call_alone()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Grain.ReturnNoTaskAsync().WithinAsync("the call to fail"));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Grain.ReturnNoTaskAsync().ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(2, await Grain.ValueAsync(1).AsTask().WithinAsync("the grain to go on"));
    }

    [Fact]
    public async Task A_call_without_an_answer_times_out()
    {
        await using var cluster = await GrainCluster.StartAsync(silo =>
            silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(1)));
        var caller = cluster.Grains.GetGrain<IRelayingGrain>(_key);

        await caller.StartCallAsync(_key);
        var outcome = "";
        await Waiting.UntilAsync(async () => (outcome = await caller.OutcomeAsync()).Length > 0, "the unanswered call to end");
        Gates.Open(_key);

        Assert.Equal(nameof(TimeoutException), outcome);
    }

    [Fact]
    public async Task A_cancelled_token_ends_the_call_and_is_seen_by_the_grain()
    {
        using var cancellation = new CancellationTokenSource();
        var call = Grain.UntilCancelledAsync(_key, cancellation.Token);
        await Gates.WhenReached(_key);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WithinAsync("the call to end"));
        await Gates.WhenReached($"{_key} cancelled");
    }

    [Fact]
    public async Task A_call_cancelled_while_it_waits_never_starts()
    {
        using var cancellation = new CancellationTokenSource();
        var blocking = Grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var waiting = Grain.QuickAsync(cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WithinAsync("the call to end"));
        Gates.Open(_key);
        await blocking;
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_sends_nothing() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Grain.QuickAsync(new CancellationToken(canceled: true)));

    [Fact]
    public async Task A_one_way_call_is_complete_once_it_is_sent()
    {
        await Grain.SendAsync(_key).WithinAsync("the sender to go on");
        Gates.Open(_key);
        await Gates.WhenReached(_key);
    }

    [Fact]
    public async Task A_one_way_call_that_fails_tells_nobody()
    {
        await Grain.SendAndFailAsync();

        Assert.Equal(1, await Grain.ValueAsync(0));
    }

    [Fact]
    public async Task The_request_context_flows_down_and_never_back()
    {
        RequestContext.Set("down", "with it");
        Assert.Equal("with it", await Grain.ContextAsync("down"));
        Assert.Equal("with it", await Grain.ContextBelowAsync("down"));

        await Grain.SetContextAsync("down", "changed");
        await Grain.SetContextAsync("back", "leaked");
        Assert.Equal("with it", RequestContext.Get("down"));
        Assert.Null(RequestContext.Get("back"));
        Assert.True(RequestContext.Remove("down"));
        Assert.Equal("nothing", await Grain.ContextAsync("down"));
        Assert.Equal("nothing", await Grain.ContextAsync("back"));
    }

    [Fact]
    public async Task Nothing_ambient_but_the_request_context_flows()
    {
        CallsGrain.Ambient.Value = "of the caller";

        Assert.Equal("nothing", await Grain.AmbientAsync());
        Assert.Equal("nothing", await Grain.AmbientAsync());
        Assert.Equal("of the caller", CallsGrain.Ambient.Value);
    }

    [Fact]
    public async Task References_are_passed_in_calls_and_are_equal_when_they_name_the_same_grain()
    {
        var self = await Grain.SelfAsync();

        Assert.Equal(Grain, self);
        Assert.Equal(Grain.GetHashCode(), self.GetHashCode());
        Assert.NotEqual(fixture.Cluster.Grains.GetGrain<ICallsGrain>("another"), self);
        Assert.Equal(await self.KeyAsync(), await fixture.Cluster.Grains.GetGrain<ICallsGrain>("another").CallAsync(self));
    }

    [Fact]
    public async Task A_grain_is_named_after_its_class_and_its_key()
    {
        Assert.Equal($"calls/{_key} {_key}", await Grain.KeyAsync());
        Assert.Equal($"calls/{_key}", Grain.GetGrainId().ToString());
        Assert.Equal(_key, Grain.GetPrimaryKeyString());
        Assert.Equal(Grain.GetGrainId(), GrainId.Parse($"calls/{_key}"));
        Assert.Equal(Grain, fixture.Cluster.Grains.GetGrain<ICallsGrain>(GrainId.Create("calls", _key)));
    }

    [Fact]
    public async Task A_full_mailbox_refuses_at_once()
    {
        await using var cluster = await GrainCluster.StartAsync(silo =>
            silo.Configure<SiloMessagingOptions>(options => options.MaxEnqueuedRequestsHardLimit = 5));
        var grain = cluster.Grains.GetGrain<ICallsGrain>(_key);
        var blocking = grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var waiting = Enumerable.Range(0, 20).Select(number => grain.ValueAsync(number).AsTask()).ToList();
        var refused = waiting.Where(call => call != null).Select(async call =>
        {
            try
            {
                await call;
                return false;
            }
            catch (LimitExceededException)
            {
                return true;
            }
        }).ToList();
        await Waiting.UntilAsync(() => waiting.Count(call => call.IsCompleted) == 15, "15 of 20 calls to be refused");
        Gates.Open(_key);
        await blocking;

        Assert.Equal(15, (await Task.WhenAll(refused)).Count(was => was));
    }

    [Fact]
    public async Task Filters_run_around_every_call_and_the_grain_may_be_one_itself()
    {
        var log = new FilterLog();
        await using var cluster = await GrainCluster.StartAsync(silo =>
        {
            silo.AddIncomingGrainCallFilter(new TenfoldFilter(log));
            silo.AddOutgoingGrainCallFilter(async context =>
            {
                log.Add($"out {context.MethodName}");
                await context.Invoke();
            });
        });
        var grain = cluster.Grains.GetGrain<IFilteredGrain>(_key);

        Assert.Equal(40, await grain.DoubleAsync(2));
        Assert.Equal(-10, await grain.TwiceAsync(2));
        Assert.Equal(60, await cluster.Grains.GetGrain<IRelayingGrain>(_key).DoubleThereAsync(_key, 3));
        Assert.Contains($"in {nameof(IFilteredGrain.DoubleAsync)} {_key}", log.Lines);
        Assert.Contains($"out {nameof(IFilteredGrain.DoubleAsync)}", log.Lines);
    }
}
