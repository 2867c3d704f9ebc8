using Cafeteria.Tests.Turns;

namespace Cafeteria.Tests;

/// <summary>One turn at a time, and who may come between.</summary>
[Collection(OneCluster.Name)]
public sealed class TurnTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ITurnsGrain Grain => fixture.Cluster.Grains.GetGrain<ITurnsGrain>(_key);

    [Fact]
    public async Task A_call_that_arrives_while_another_awaits_waits_for_it()
    {
        var waiting = Grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var note = Grain.NoteAsync("note");
        var seen = await Grain.LookAsync();
        Gates.Open(_key);

        Assert.Equal("begin", seen);
        Assert.Equal("begin end", await waiting);
        await note;
    }

    [Fact]
    public async Task A_reentrant_grain_runs_other_calls_while_one_awaits()
    {
        var grain = fixture.Cluster.Grains.GetGrain<IReentrantTurnsGrain>(_key);
        var waiting = grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        await grain.NoteAsync("note").WithinAsync("a call to come between");
        Gates.Open(_key);

        Assert.Equal("begin note end", await waiting);
    }

    [Fact]
    public async Task Two_calls_that_only_read_run_together()
    {
        var reading = Grain.ReadAndWaitAsync(_key);
        await Gates.WhenReached(_key);
        await Grain.ReadAsync().WithinAsync("a second reader to come between");
        Gates.Open(_key);
        await reading;
    }

    [Fact]
    public async Task A_call_that_writes_waits_for_one_that_reads()
    {
        var reading = Grain.ReadAndWaitAsync(_key);
        await Gates.WhenReached(_key);
        var writing = Grain.NoteAsync("note");
        var seen = await Grain.LookAsync();
        var wrote = writing.IsCompleted;
        Gates.Open(_key);
        await Task.WhenAll(reading, writing).WithinAsync("both to end");

        Assert.Empty(seen);
        Assert.False(wrote);
    }

    [Fact]
    public async Task A_call_that_reads_waits_for_one_that_writes()
    {
        var writing = Grain.WaitAsync(_key);
        await Gates.WhenReached(_key);
        var reading = Grain.ReadAsync();
        await Grain.LookAsync();
        var read = reading.IsCompleted;
        Gates.Open(_key);
        await writing;

        Assert.False(read);
        Assert.Equal(2, await reading);
    }

    [Fact]
    public async Task Awaits_come_back_to_the_scheduler_of_the_activation() => Assert.True(await Grain.StaysInItsSchedulerAsync());

    [Fact]
    public async Task Turns_of_one_grain_never_overlap()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(_ => Task.Run(() => Grain.IncrementSlowlyAsync())));

        Assert.Equal(Enumerable.Range(1, 1_000), counts.Order());
    }
}
