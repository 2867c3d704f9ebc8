using System.Collections.Immutable;
using Cafeteria.Orders;
using Cafeteria.Tracking;

namespace Cafeteria.Tests.Tracking;

public sealed class OrderSequenceTests
{
    private static readonly OrderStatus[] Life = [OrderStatus.Pending, OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready, OrderStatus.Completed];

    [Fact]
    public void A_new_follower_begins_at_the_newest_version_with_a_snapshot()
    {
        var (snapshot, item) = Assert.Single(new OrderSequence().Begin(Order(3), null));
        Assert.True(snapshot);
        Assert.Equal((3, OrderStatus.InKitchen), (item.Version, item.Status));
    }

    [Fact]
    public void One_that_is_up_to_date_gets_no_snapshot()
    {
        var sequence = new OrderSequence();
        Assert.Empty(sequence.Begin(Order(3), 3));
        Assert.Equal(3, sequence.Seen);
    }

    [Fact]
    public void One_that_was_away_gets_every_version_it_missed_in_order()
    {
        var events = new OrderSequence().Begin(Order(5), 2).ToArray();
        Assert.Equal([3, 4, 5], events.Select(e => e.Event.Version));
        Assert.Equal([true, false, false], events.Select(e => e.Snapshot));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(int.MaxValue)]
    public void One_that_names_a_version_that_never_was_begins_anew(int lastSeen)
        => Assert.Equal([5], new OrderSequence().Begin(Order(5), lastSeen).Select(e => e.Event.Version));

    [Fact]
    public void A_repeated_or_late_change_brings_nothing()
    {
        var sequence = Begun(3);
        Assert.Empty(sequence.Accept(Change(3, 1))!);
        Assert.Empty(sequence.Accept(Change(2, 2))!);
    }

    [Fact]
    public void A_change_of_several_steps_brings_those_not_seen()
        => Assert.Equal([2, 3, 4], Begun(1).Accept(Change(4, 4))!.Select(e => e.Version));

    [Fact]
    public void A_missing_version_asks_for_the_order_and_then_nothing_is_left_out()
    {
        var sequence = Begun(1);
        Assert.Null(sequence.Accept(Change(4, 1)));
        Assert.Equal([2, 3, 4, 5], sequence.CatchUp(Order(5)).Select(e => e.Version));
        Assert.Empty(sequence.Accept(Change(5, 1))!);
        Assert.True(sequence.Final);
    }

    [Fact]
    public void Whatever_is_lost_repeated_or_reordered_each_version_comes_once_and_in_order()
    {
        var random = new Random(17);
        for (var run = 0; run < 500; run++)
        {
            var start = random.Next(1, 6);
            var sequence = new OrderSequence();
            var seen = sequence.Begin(Order(start), null).Select(e => (e.Event.Version, e.Event.Status)).ToList();
            var changes = Enumerable.Range(1, 5).Select(version => Change(version, random.Next(1, version + 1)))
                .Where(_ => random.Next(3) > 0).SelectMany(change => random.Next(2) == 0 ? [change] : new[] { change, change }).ToArray();
            random.Shuffle(changes);
            foreach (var change in changes)
                seen.AddRange((sequence.Accept(change) ?? sequence.CatchUp(Order(5))).Select(e => (e.Version, e.Status)));
            seen.AddRange(sequence.CatchUp(Order(5)).Select(e => (e.Version, e.Status)));
            Assert.Equal(Enumerable.Range(start, 6 - start).Select(version => (version, Life[version - 1])), seen);
        }
    }

    private static OrderSequence Begun(int version)
    {
        var sequence = new OrderSequence();
        _ = sequence.Begin(Order(version), null).ToArray();
        return sequence;
    }

    private static OrderState Order(int version)
        => new() { Tenant = "iut", OrderId = "o", Student = "s", Status = Life[version - 1], History = Steps(1, version) };

    private static OrderChanged Change(int version, int steps) => new("iut", "o", "s", "A-001", version, Steps(version - steps + 1, version), null, []);

    private static ImmutableArray<Transition> Steps(int first, int last)
        => [.. Enumerable.Range(first, last - first + 1).Select(v => new Transition(Life[v - 1], DateTimeOffset.UnixEpoch.AddMinutes(v), "system", null))];
}
