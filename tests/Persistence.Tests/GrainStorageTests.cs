using System.Diagnostics.Metrics;
using Cafeteria.Storage;
using Orleans;
using Orleans.Storage;

namespace Cafeteria.Tests;

public sealed class GrainStorageTests
{
    [Fact]
    public async Task A_state_that_was_never_written_is_a_constructed_default()
    {
        await using var process = await Process.OpenNewAsync();

        var state = await process.ReadCounterAsync("c");

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(0, state.State!.Value);
        Assert.False(state.State.Names.IsDefault);
    }

    [Fact]
    public async Task What_is_written_is_read_again_and_what_is_cleared_is_gone()
    {
        await using var process = await Process.OpenNewAsync();
        var written = await process.ReadCounterAsync("c");
        written.State = new Counter { Value = 7, Names = ["Rahim", "করিম", "quote\" \\ and \u0001"] };
        await process.WriteCounterAsync("c", written);

        var read = await process.ReadCounterAsync("c");
        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal(7, read.State!.Value);
        Assert.Equal(written.State.Names.ToArray(), read.State.Names.ToArray());

        await process.Grains.ClearStateAsync("counter", Row.Counter("c"), read);
        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.False((await process.ReadCounterAsync("c")).RecordExists);

        // And can be written anew by the same activation.
        read.State = new Counter { Value = 8 };
        await process.WriteCounterAsync("c", read);
        Assert.Equal(8, (await process.ReadCounterAsync("c")).State!.Value);
    }

    [Fact]
    public async Task A_lost_update_is_refused_and_only_for_its_own_grain()
    {
        await using var process = await Process.OpenNewAsync();
        var mine = await process.ReadCounterAsync("c");
        await process.WriteCounterAsync("c", mine);
        var theirs = await process.ReadCounterAsync("c");
        theirs.State = theirs.State! with { Value = 1 };
        await process.WriteCounterAsync("c", theirs);

        mine.State = mine.State! with { Value = 2 };
        var refused = process.WriteCounterAsync("c", mine);
        var others = Enumerable.Range(0, 20).Select(i => process.WriteCounterAsync($"other-{i}", new GrainState<Counter>(new Counter())));

        await Task.WhenAll(others);
        await Assert.ThrowsAsync<InconsistentStateException>(() => refused);
        Assert.Equal(1, (await process.ReadCounterAsync("c")).State!.Value);
    }

    [Fact]
    public async Task Of_two_silos_that_create_the_same_grain_one_is_refused()
    {
        await using var one = await Process.OpenNewAsync();
        await using var two = await Process.OpenAsync(one.Database.ConnectionString);
        for (var i = 0; i < 20; i++)
        {
            var id = $"c{i}";
            var writes = new[] { one, two }.Select(p => p.WriteCounterAsync(id, new GrainState<Counter>(new Counter()))).ToArray();
            var refused = 0;
            foreach (var write in writes)
            {
                try
                {
                    await write;
                }
                catch (InconsistentStateException)
                {
                    refused++;
                }
            }

            Assert.Equal(1, refused);
        }
    }

    [Fact]
    public async Task A_state_that_was_deleted_by_another_cannot_be_updated_or_deleted()
    {
        await using var process = await Process.OpenNewAsync();
        var mine = new GrainState<Counter>(new Counter());
        await process.WriteCounterAsync("c", mine);
        await process.Grains.ClearStateAsync("counter", Row.Counter("c"), await process.ReadCounterAsync("c"));

        await Assert.ThrowsAsync<InconsistentStateException>(() => process.WriteCounterAsync("c", mine));
        await Assert.ThrowsAsync<InconsistentStateException>(() => process.Grains.ClearStateAsync("counter", Row.Counter("c"), mine));
    }

    [Fact]
    public async Task A_poisonous_row_fails_alone_in_a_batch_of_500()
    {
        await using var process = await Process.OpenNewAsync();
        // Held up, so that all of them are in one batch.
        await process.WriteCounterAsync("frozen", new GrainState<Counter>(new Counter()));
        await using (var frozen = await RowLock.TakeAsync(process.Database.ConnectionString, "select from grain_state for update"))
        {
            var first = await process.ReadCounterAsync("frozen");
            var held = process.WriteCounterAsync("frozen", first);
            await RowLock.UntilSomebodyWaitsAsync(process);
            var writes = Enumerable.Range(0, 500)
                .Select(i => process.WriteCounterAsync($"c{i}", new GrainState<Counter>(new Counter { Names = [i == 137 ? "nul \0" : "fine"] })))
                .ToArray();
            await frozen.ReleaseAsync();
            await held;
            for (var i = 0; i < writes.Length; i++)
            {
                if (i == 137)
                {
                    var refused = await Assert.ThrowsAsync<StorageUnavailableException>(() => writes[i]);
                    Assert.Null(refused.InnerException);
                }
                else
                {
                    await writes[i];
                }
            }
        }

        Assert.Equal(500, await process.ScalarAsync<long>("select count(*) from grain_state"));
    }

    [Fact]
    public async Task A_thousand_writers_on_ten_grains_lose_nothing_and_share_their_commits()
    {
        await using var process = await Process.OpenNewAsync();
        long commits = 0, writes = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter == process.Database.Telemetry.Commits.Meter)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument.Name.EndsWith(".commits", StringComparison.Ordinal))
                Interlocked.Add(ref commits, value);
            if (instrument.Name.EndsWith(".writes", StringComparison.Ordinal))
                Interlocked.Add(ref writes, value);
        });
        listener.Start();

        // A hundred turns of each of ten grains, as a grain host would: one write of a grain at a time.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async grain =>
        {
            var state = await process.ReadCounterAsync($"c{grain}");
            for (var turn = 0; turn < 100; turn++)
            {
                state.State = state.State! with { Value = state.State.Value + 1 };
                await process.WriteCounterAsync($"c{grain}", state);
            }
        }));

        for (var grain = 0; grain < 10; grain++)
            Assert.Equal(100, (await process.ReadCounterAsync($"c{grain}")).State!.Value);
        Assert.Equal(1000, writes);
        Assert.InRange(commits, 100, 500);
    }
}
