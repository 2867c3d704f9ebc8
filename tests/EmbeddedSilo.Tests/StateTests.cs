using Cafeteria.Tests.Ledgers;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Tests;

/// <summary>State, its storage, and what a failure there does to the activation.</summary>
[Collection(OneCluster.Name)]
public sealed class StateTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    private ILedgerGrain Grain => fixture.Cluster.Grains.GetGrain<ILedgerGrain>(_key);

    [Fact]
    public async Task State_is_read_before_the_activation_begins()
    {
        fixture.Rows.Overwrite(_key, new Ledger { Total = 7 });

        Assert.Equal(7, await Grain.TotalAsync());
        Assert.True(await Grain.ExistsAsync());
        Assert.True(await Grain.HasEtagAsync());
    }

    [Fact]
    public async Task Without_a_row_the_state_is_constructed_and_has_neither_record_nor_etag()
    {
        Assert.False(await Grain.ExistsAsync());
        Assert.False(await Grain.HasEtagAsync());
        Assert.True(await Grain.HasNotesAsync());
    }

    [Fact]
    public async Task Without_a_row_a_state_that_cannot_be_constructed_bare_is_empty() =>
        Assert.Equal("False 0 null", await fixture.Cluster.Grains.GetGrain<IBareGrain>(_key).SeeAsync());

    [Fact]
    public async Task What_was_written_is_read_by_the_next_activation()
    {
        await Grain.AddAsync(3);
        await fixture.Cluster.DeactivateAsync(Grain);

        Assert.Equal(3, await Grain.TotalAsync());
    }

    [Fact]
    public async Task Writes_that_meet_a_write_under_way_share_one_more_write()
    {
        await Grain.AddAsync(1);
        var before = fixture.Rows.WritesOf(_key);
        fixture.Rows.HoldWrites(_key, _key);
        var first = Grain.AddAsync(1);
        await Gates.WhenReached(_key);
        var others = Enumerable.Range(0, 50).Select(_ => Grain.AddAsync(1)).ToList();
        await Waiting.UntilAsync(async () => await Grain.ExistsAsync(), "the grain to answer meanwhile");
        fixture.Rows.LetWritesPass(_key);
        Gates.Open(_key);
        await Task.WhenAll(others.Append(first));

        Assert.InRange(fixture.Rows.WritesOf(_key) - before, 2, 3);
        await fixture.Cluster.DeactivateAsync(Grain);
        Assert.Equal(52, await Grain.TotalAsync());
    }

    [Fact]
    public async Task A_cleared_state_has_no_record()
    {
        await Grain.AddAsync(3);
        await Grain.ClearAsync();

        Assert.False(await Grain.ExistsAsync());
        Assert.False(fixture.Rows.Has(_key));
    }

    [Fact]
    public async Task Reading_again_sees_what_others_wrote()
    {
        await Grain.AddAsync(3);
        fixture.Rows.Overwrite(_key, new Ledger { Total = 10 });

        Assert.Equal(10, await Grain.ReadAgainAsync());
    }

    [Fact]
    public async Task A_read_that_fails_fails_the_call_and_the_next_call_tries_anew()
    {
        fixture.Rows.FailOnce(_key, new InvalidOperationException("no disk"));
        var failure = await Assert.ThrowsAnyAsync<OrleansException>(() => Grain.TotalAsync());

        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal(0, await Grain.TotalAsync());
    }

    [Fact]
    public async Task An_inconsistent_state_that_escapes_deactivates_the_grain()
    {
        await Grain.AddAsync(1);
        var activation = await Grain.ActivationAsync();
        fixture.Rows.Overwrite(_key, new Ledger { Total = 100 });

        await Assert.ThrowsAsync<InconsistentStateException>(() => Grain.AddAsync(1));
        await Waiting.UntilAsync(async () => await Grain.ActivationAsync() != activation, "a new activation");
        Assert.Equal(101, await Grain.AddAsync(1));
    }

    [Fact]
    public async Task An_inconsistent_state_that_is_caught_leaves_the_grain_as_it_is()
    {
        await Grain.AddAsync(1);
        var activation = await Grain.ActivationAsync();
        fixture.Rows.Overwrite(_key, new Ledger { Total = 100 });

        Assert.False(await Grain.AddAndCatchAsync(1));
        Assert.Equal(activation, await Grain.ActivationAsync());
    }

    [Fact]
    public async Task An_inconsistent_state_passing_through_a_caller_leaves_the_caller_as_it_is()
    {
        var caller = fixture.Cluster.Grains.GetGrain<IBookkeeperGrain>(_key);
        await caller.AddAsync(_key, 1);
        var activation = await caller.ActivationAsync();
        fixture.Rows.Overwrite(_key, new Ledger { Total = 100 });

        await Assert.ThrowsAsync<InconsistentStateException>(() => caller.AddAsync(_key, 1));
        Assert.Equal(activation, await caller.ActivationAsync());
    }

    [Fact]
    public async Task A_failed_write_is_told_to_the_caller_and_what_follows_is_written()
    {
        await Grain.AddAsync(1);
        fixture.Rows.FailOnce(_key, new InvalidOperationException("no disk"));

        var failure = await Assert.ThrowsAnyAsync<OrleansException>(() => Grain.AddAsync(1));
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal(3, await Grain.AddAsync(1));
    }

    [Fact]
    public async Task State_is_out_of_reach_outside_the_grains_turns() =>
        Assert.Equal("refused", await Grain.TouchStateOutsideTheTurnAsync());
}
