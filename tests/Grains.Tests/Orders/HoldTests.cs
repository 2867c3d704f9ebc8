using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Tests.Orders;

/// <summary>What becomes of a hold when something between the item and its order goes wrong.</summary>
public sealed class HoldTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(31);

    [Fact]
    public async Task A_lease_that_runs_out_while_the_commit_is_stuck_releases_nothing()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        var gate = cafe.Faults.Hold("write", cafe.Key("o1"));
        var asking = cafe.Faults.Hold("sending HoldExpired", cafe.Key("o1"));
        var answering = cafe.Faults.Hold("Settle", cafe.Key("soup"));
        var placing = cafe.PlaceAsync("o1", ("soup", 1));
        await gate.WhenReached();

        cafe.Silo.Clock.Advance(Lease);
        await asking.WhenReached();
        asking.Open();
        Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("o2", ("soup", 1)));
        gate.Open();

        Assert.IsType<PlaceResult.Accepted>(await placing);
        await answering.WhenReached(); // the question waited for the commit, and is answered after it
        answering.Open();
        await cafe.BooksAreAsync("soup", sold: 1);
    }

    [Fact]
    public async Task A_sale_that_the_item_was_never_told_of_is_counted_when_the_lease_has_run_out()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        cafe.Faults.Always("Keep", cafe.Key("soup"), Faults.Lost);
        await cafe.AcceptedAsync("o1", ("soup", 2));
        Assert.Equal(2, (await cafe.Item("soup").Get()).Held);

        cafe.Silo.Clock.Advance(Lease);

        await cafe.BooksAreAsync("soup", sold: 2);
        cafe.Faults.Clear("Keep", cafe.Key("soup"));
    }

    [Fact]
    public async Task A_release_that_never_arrived_is_made_up_for_when_the_lease_has_run_out()
    {
        var cafe = await fixture.OpenAsync(("soup", 3), ("ramen", 0));
        cafe.Faults.Always("Release", cafe.Key("soup"), Faults.Lost);
        Assert.IsType<PlaceResult.OutOfStock>(await cafe.PlaceAsync("o1", ("soup", 2), ("ramen", 1)));
        Assert.Equal(2, (await cafe.Item("soup").Get()).Held);

        cafe.Silo.Clock.Advance(Lease);

        await cafe.BooksAreAsync("soup", sold: 0);
        cafe.Faults.Clear("Release", cafe.Key("soup"));
    }

    [Fact]
    public async Task Portions_of_a_cancellation_whose_answer_was_lost_are_on_sale_again_when_the_sweeper_has_been_there()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);
        cafe.Faults.Once("written", cafe.Key("o1"), Faults.Unavailable);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null)));

        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(6));
        await cafe.SweepAsync();

        await cafe.BooksAreAsync("soup", sold: 0);
        Assert.Null((await cafe.Order("o1").Get())!.DueAt);
    }

    [Fact]
    public async Task A_question_that_never_arrived_is_asked_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.Item("soup").Hold(new HoldStock("o1", "a", 2, null));
        cafe.Faults.Times(3, "HoldExpired", cafe.Key("o1"), Faults.Lost);

        cafe.Silo.Clock.Advance(Lease);

        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task Of_an_order_that_never_was_a_row_remains_that_nobody_sees_and_the_portion_comes_back()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.Item("soup").Hold(new HoldStock("o1", "a", 2, null));

        cafe.Silo.Clock.Advance(Lease);

        await cafe.BooksAreAsync("soup", sold: 0);
        Assert.Null(await cafe.Order("o1").Get());
        Assert.IsType<StepResult.NotFound>(await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null)));
        Assert.Empty(await cafe.Silo.Rows.ListAsync(new OrderQuery(cafe.Tenant), CancellationToken.None));
        Assert.Equal(1, await cafe.OrderRowsAsync("o1"));
    }

    /// <summary>A commit that had hung for longer than the lease was made when the portions had gone to somebody else.</summary>
    [Theory]
    [InlineData(OrderStatus.Abandoned)]
    [InlineData(OrderStatus.Pending)]
    public async Task Before_a_hold_is_given_back_the_row_is_another_than_a_late_write_expects(OrderStatus status)
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        if (status is OrderStatus.Pending)
        {
            cafe.Faults.Once("Hold", cafe.Key("soup"), Faults.Unreachable);
            await cafe.AcceptedAsync("o1", ("soup", 1));
        }
        else
        {
            await cafe.Order("o1").HoldExpired("soup");
        }

        var late = await Waiting.UntilAsync(() => RowAsync(cafe), row => row.State?.Status == status, $"the row to be {status}");
        await cafe.Order("o1").HoldExpired("soup");
        await Waiting.UntilAsync(() => RowAsync(cafe), row => row.ETag != late.ETag, "the row to be written anew");

        await Assert.ThrowsAnyAsync<InconsistentStateException>(
            () => cafe.Silo.OrderStorage.WriteStateAsync("order", cafe.Order("o1").GetGrainId(), late));

        async Task<GrainState<OrderState>> RowAsync(Cafe of)
        {
            var row = new GrainState<OrderState>();
            await of.Silo.OrderStorage.ReadStateAsync("order", of.Order("o1").GetGrainId(), row);
            return row;
        }
    }

    [Fact]
    public async Task A_student_who_tries_again_after_the_attempt_was_given_up_gets_the_meal()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.Order("o1").HoldExpired("soup");
        await Waiting.UntilAsync(async () => await cafe.OrderRowsAsync("o1") == 1, "the abandoned row");

        var order = await cafe.AcceptedAsync("o1", ("soup", 2));

        Assert.Equal([OrderStatus.Pending, OrderStatus.StockVerified], order.History.Select(step => step.Status));
        await cafe.BooksAreAsync("soup", sold: 2);
    }

    [Fact]
    public async Task An_item_that_cannot_be_told_what_became_of_a_hold_asks_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 3));
        await cafe.Item("soup").Hold(new HoldStock("o1", "a", 2, null));
        cafe.Faults.Once("write", cafe.Key("o1"), Faults.Unavailable);
        cafe.Faults.Once("Settle", cafe.Key("soup"), Faults.Unreachable);

        cafe.Silo.Clock.Advance(Lease);

        await cafe.BooksAreAsync("soup", sold: 0);
    }

    [Fact]
    public async Task A_commit_that_arrives_after_the_attempt_was_given_up_sells_nothing_and_the_order_tries_afresh()
    {
        // Two silos on the same rows: one is stuck in its commit, the other is asked about the order meanwhile.
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var stuck = await TestSilo.StartAsync(connectionString);
        await using var other = await TestSilo.StartAsync(connectionString);
        var cafe = await Cafe.OpenAsync(stuck, ("soup", 1));
        var gate = cafe.Faults.Hold("write", cafe.Key("o1"));
        var placing = cafe.PlaceAsync("o1", ("soup", 1));
        await gate.WhenReached();

        await cafe.At(other).Order("o1").HoldExpired("soup");
        await Waiting.UntilAsync(async () => await cafe.OrderRowsAsync("o1") == 1, "the abandoned row");
        gate.Open();

        // What was given up is not sold; what the student waits for is held anew, under the epoch of now, and sold once.
        var order = Assert.IsType<PlaceResult.Accepted>(await placing).Order;
        Assert.Equal(OrderStatus.StockVerified, order.Status);
        Assert.Equal(1, (await cafe.RowsAsync("soup")).Sold);
        Assert.IsType<PlaceResult.OutOfStock>(await cafe.At(other).PlaceAsync("o2", ("soup", 1)));
        await cafe.At(other).BooksAreAsync("soup", sold: 1);
    }
}
