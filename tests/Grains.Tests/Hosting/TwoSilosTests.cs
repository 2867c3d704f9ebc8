using Cafeteria.Orders;
using Cafeteria.Stock;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>
/// Two hosts on the same rows that know nothing of each other, as after a split: each has its own activation of every
/// item, and each believes it is the only one.
/// </summary>
public sealed class TwoSilosTests : IAsyncLifetime
{
    private TestSilo _older = null!;
    private TestSilo _newer = null!;

    public async Task InitializeAsync()
    {
        var connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        _older = await TestSilo.StartAsync(connectionString);
        _newer = await TestSilo.StartAsync(connectionString, _older.Clock);
    }

    public async Task DisposeAsync()
    {
        await _older.DisposeAsync();
        await _newer.DisposeAsync();
    }

    [Fact]
    public async Task The_older_ones_promises_are_worth_nothing_once_the_newer_one_has_taken_over()
    {
        var older = await Cafe.OpenAsync(_older, ("soup", 5));
        var newer = older.At(_newer);
        var gate = older.Faults.Hold("write", older.Key("o1"));
        var frozen = older.PlaceAsync("o1", ("soup", 3));
        await gate.WhenReached();
        Assert.Equal(3, (await older.Item("soup").Get()).Held);

        await newer.AcceptedAsync("o2", ("soup", 4));
        Assert.Equal((2, 3), ((await older.Item("soup").Get()).OnHand, (await older.Item("soup").Get()).Held));
        gate.Open();

        // Held again after the refusal, the older one sees what there is.
        Assert.Equal([new Shortage("soup", 3, 1)], Assert.IsType<PlaceResult.OutOfStock>(await frozen).Items.AsEnumerable());
        Assert.Null(await older.Order("o1").Get());
        await older.BooksAreAsync("soup", sold: 4);
    }

    [Fact]
    public async Task What_the_older_one_held_and_is_still_there_is_held_again_and_sold()
    {
        var older = await Cafe.OpenAsync(_older, ("soup", 5));
        var gate = older.Faults.Hold("write", older.Key("o1"));
        var frozen = older.PlaceAsync("o1", ("soup", 3));
        await gate.WhenReached();
        await older.At(_newer).AcceptedAsync("o2", ("soup", 2));

        gate.Open();

        Assert.Equal(OrderStatus.StockVerified, Assert.IsType<PlaceResult.Accepted>(await frozen).Order.Status);
        await older.BooksAreAsync("soup", sold: 5);
    }

    [Fact]
    public async Task A_rush_on_both_at_once_never_sells_more_than_was_received()
    {
        var older = await Cafe.OpenAsync(_older, ("soup", 40), ("ramen", 40));
        Cafe[] both = [older, older.At(_newer)];

        var results = await Task.WhenAll(Enumerable.Range(0, 120).Select(n =>
            both[n % 2].PlaceAsync($"o{n}", $"s{n}", n % 3 == 0 ? [("soup", 1), ("ramen", 1)] : [(n % 3 == 1 ? "soup" : "ramen", 1)])));

        var accepted = Enumerable.Range(0, 120).Where(n => results[n] is PlaceResult.Accepted).ToArray();
        await FinalOrSoldAsync(both, accepted);
        foreach (var item in new[] { "soup", "ramen" })
        {
            var orders = await Task.WhenAll(accepted.Select(n => both[n % 2].Order($"o{n}").Get()));
            var sold = orders.Count(order => order!.Status is not OrderStatus.Rejected && order.Lines.Any(line => line.ItemId == item));
            var rows = await older.RowsAsync(item);
            Assert.Equal(sold, rows.Sold);
            Assert.InRange(rows.Sold, 1, 40);
            Assert.Equal(40 - sold, rows.OnHand);
        }
    }

    [Fact]
    public async Task The_same_order_at_both_at_once_is_one_order()
    {
        var older = await Cafe.OpenAsync(_older, ("soup", 40));
        var newer = older.At(_newer);

        for (var n = 0; n < 10; n++)
        {
            var order = $"o{n}";
            await Task.WhenAll(PlaceInAnyCaseAsync(older, order), PlaceInAnyCaseAsync(newer, order));
        }

        Assert.Equal(10, (await older.RowsAsync("soup")).Sold);
        Assert.Equal(10, (await older.Silo.Rows.ListAsync(new OrderQuery(older.Tenant), CancellationToken.None)).Length);
    }

    [Fact]
    public async Task A_delivery_told_to_the_older_one_is_refused_and_counted_when_it_is_told_again()
    {
        var older = await Cafe.OpenAsync(_older, ("soup", 5));
        await older.At(_newer).Item("soup").Get();

        await Assert.ThrowsAsync<Storage.StaleEpochException>(() => older.Item("soup").Receive(Cafe.Delivery(7, "d2")));
        Assert.IsType<StockChangeResult.Changed>(await older.Item("soup").Receive(Cafe.Delivery(7, "d2")));

        await older.BooksAreAsync("soup", sold: 0);
        Assert.Equal(12, (await older.RowsAsync("soup")).Received);
    }

    /// <summary>As a client with an idempotency key: again until there is an answer.</summary>
    private static Task PlaceInAnyCaseAsync(Cafe cafe, string order) => Waiting.UntilAsync(
        async () =>
        {
            try
            {
                return await cafe.PlaceAsync(order, ("soup", 1)) is PlaceResult.Accepted;
            }
            catch (OrleansException)
            {
                return false;
            }
        },
        $"order {order} to be answered");

    private async Task FinalOrSoldAsync(Cafe[] both, int[] accepted)
    {
        foreach (var n in accepted)
        {
            await Waiting.UntilAsync(
                async () =>
                {
                    var order = both[n % 2].Order($"o{n}");
                    if ((await order.Get())!.Status is not OrderStatus.Pending)
                        return true;
                    _older.Clock.Advance(TimeSpan.FromSeconds(2));
                    try
                    {
                        await order.Advance();
                    }
                    catch (OrleansException)
                    {
                        // The other one was advancing it, too.
                    }

                    return false;
                },
                $"order o{n} to be decided");
        }
    }
}
