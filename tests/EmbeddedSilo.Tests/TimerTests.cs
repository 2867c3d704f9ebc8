using Cafeteria.Tests.Ticks;

namespace Cafeteria.Tests;

/// <summary>Timers are turns.</summary>
[Collection(OneCluster.Name)]
public sealed class TimerTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ITicksGrain Grain => fixture.Cluster.Grains.GetGrain<ITicksGrain>(_key);

    [Fact]
    public async Task A_timer_ticks_in_turns_of_the_grain_and_never_overlaps_itself()
    {
        await Grain.StartAsync(0, 1, interleave: true, gate: null);
        await TicksAsync(5);

        Assert.False(await Grain.OverlappedAsync());
        Assert.True(await Grain.AllWereTurnsAsync());
    }

    [Fact]
    public async Task A_tick_waits_for_a_call_that_awaits()
    {
        var waiting = Grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var started = Grain.StartAsync(0, 1, interleave: false, gate: null);
        Assert.Equal(0, await Grain.TicksAsync());
        Gates.Open(_key);

        Assert.Equal(0, await waiting);
        await started;
        await TicksAsync(1);
    }

    [Fact]
    public async Task A_call_waits_for_a_tick_that_awaits()
    {
        await Grain.StartAsync(0, -1, interleave: false, gate: _key);
        await Gates.WhenReached(_key);
        var call = Grain.StopAsync();
        await Grain.TicksAsync();
        var wasWaiting = !call.IsCompleted;
        Gates.Open(_key);
        await call.WithinAsync("the call to come after the tick");

        Assert.True(wasWaiting);
    }

    [Fact]
    public async Task An_interleaving_tick_comes_between()
    {
        await Grain.StartAsync(50, 50, interleave: true, gate: null);
        var waiting = Grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var before = await Grain.TicksAsync();
        await TicksAsync(before + 1);
        Gates.Open(_key);

        Assert.True(await waiting > before);
    }

    [Fact]
    public async Task A_call_comes_between_an_interleaving_tick()
    {
        await Grain.StartAsync(0, -1, interleave: true, gate: _key);
        await Gates.WhenReached(_key);
        await Grain.StopAsync().WithinAsync("the call to come between");
        Gates.Open(_key);
    }

    [Fact]
    public async Task A_timer_that_is_set_again_while_it_goes_off_does_not_stop_the_grain()
    {
        await Grain.StartAsync(60_000, -1, interleave: false, gate: null);
        var changing = Grain.ChangeManyTimesAsync(_key);
        await Gates.WhenReached(_key);
        var next = Grain.StopAsync();
        Gates.Open(_key);

        await changing;
        await next.WithinAsync("the next call to be answered");
    }

    [Fact]
    public async Task A_timer_without_a_period_ticks_once_and_can_be_set_again()
    {
        await Grain.StartAsync(0, -1, interleave: true, gate: null);
        await TicksAsync(1);
        await Task.Delay(100);
        Assert.Equal(1, await Grain.TicksAsync());

        await Grain.ChangeAsync(0, 1);
        await TicksAsync(3);
    }

    [Fact]
    public async Task A_disposed_timer_ticks_no_more()
    {
        await Grain.StartAsync(0, 1, interleave: true, gate: null);
        await TicksAsync(1);
        await Grain.StopAsync();
        var before = await Grain.TicksAsync();
        await Task.Delay(100);

        Assert.Equal(before, await Grain.TicksAsync());
    }

    [Fact]
    public async Task A_tick_that_fails_is_followed_by_the_next()
    {
        await Grain.StartFailingAsync();
        await TicksAsync(3);
    }

    [Fact]
    public async Task Timers_end_with_their_activation()
    {
        await Grain.StartAsync(0, 1, interleave: true, gate: null);
        await TicksAsync(1);
        await fixture.Cluster.DeactivateAsync(Grain);
        await Task.Delay(100);

        Assert.Equal(0, await Grain.TicksAsync());
    }

    private Task TicksAsync(int count) =>
        Waiting.UntilAsync(async () => await Grain.TicksAsync() >= count, $"the timer to have ticked {count} times");
}
