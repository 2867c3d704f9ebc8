using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Orleans;
using Orleans.Storage;

namespace Cafeteria.Tests;

public sealed class OrderStorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task An_order_is_read_as_it_was_written_without_the_rows_it_appended()
    {
        await using var process = await Process.OpenNewAsync();
        var stock = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var written = Row.NewOrder("o1", sold: ("rice", 2, stock.Epoch));
        await process.WriteOrderAsync(written);

        var read = await process.ReadOrderAsync("o1");

        Assert.True(read.RecordExists);
        Assert.Equal(written.ETag, read.ETag);
        Assert.Equal("Rahim ও Karim", read.State!.StudentName);
        Assert.Equal(new Money(45000, "BDT"), read.State.Total);
        Assert.Equal(OrderStatus.StockVerified, read.State.Status);
        Assert.Equal(Row.Noon, read.State.PlacedAt);
        Assert.Equal("grill", Assert.Single(read.State.Tickets).StationId);
        Assert.Equal(1, read.State.Version);
        Assert.Empty(read.State.Appending);
        Assert.Equal("sold rice 2", await process.ScalarAsync<string>("select kind || ' ' || item || ' ' || quantity from stock_ledger"));
    }

    [Fact]
    public async Task A_second_accepting_write_of_the_same_order_conflicts_and_sells_nothing()
    {
        await using var process = await Process.OpenNewAsync();
        var stock = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        await process.WriteOrderAsync(Row.NewOrder("o1", sold: ("rice", 2, stock.Epoch)));

        var second = Row.NewOrder("o1", sold: ("rice", 5, stock.Epoch));
        second.State = second.State! with { Attempt = "a2", Appending = [second.State.Appending[0] with { Attempt = "a2" }] };
        await Assert.ThrowsAsync<InconsistentStateException>(() => process.WriteOrderAsync(second));

        var levels = await process.Books.LevelsAsync(Row.Tenant, None);
        Assert.Equal(2, Assert.Single(levels).Sold);
    }

    [Fact]
    public async Task An_order_that_was_written_since_it_was_read_is_not_written_over()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var order = Row.NewOrder("o1");
        await process.WriteOrderAsync(order);
        var late = await process.ReadOrderAsync("o1");
        order.State = order.State! with { Status = OrderStatus.InKitchen };
        await process.WriteOrderAsync(order);

        late.State = late.State! with { Status = OrderStatus.Cancelled, Appending = [new LedgerEntry("a1", "rice", LedgerKind.Returned, 1, rice.Epoch)] };
        await Assert.ThrowsAsync<InconsistentStateException>(() => process.WriteOrderAsync(late));

        Assert.Equal(OrderStatus.InKitchen, (await process.ReadOrderAsync("o1")).State!.Status);
        Assert.Equal(0, await process.ScalarAsync<long>("select count(*) from stock_ledger"));
    }

    [Fact]
    public async Task A_stale_epoch_writes_nothing_and_harms_no_other_order_of_the_batch()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var soup = await process.Books.TakeOverAsync(Row.Tenant, "soup", None);
        await process.Books.TakeOverAsync(Row.Tenant, "soup", None);

        var stale = process.WriteOrderAsync(Row.NewOrder("stale", sold: [("rice", 1, rice.Epoch), ("soup", 1, soup.Epoch)]));
        var unheard = process.WriteOrderAsync(Row.NewOrder("unheard", sold: ("nobody-took-it-over", 1, 1)));
        var good = Enumerable.Range(0, 30).Select(i => process.WriteOrderAsync(Row.NewOrder($"good-{i}", sold: ("rice", 1, rice.Epoch))));

        await Task.WhenAll(good);
        var refused = await Assert.ThrowsAsync<StaleEpochException>(() => stale);
        Assert.Equal(["soup"], refused.Items.ToArray());
        await Assert.ThrowsAsync<StaleEpochException>(() => unheard);
        Assert.False((await process.ReadOrderAsync("stale")).RecordExists);
        Assert.Equal(30, await process.ScalarAsync<long>("select sum(quantity) from stock_ledger"));
    }

    [Fact]
    public async Task An_update_on_a_stale_epoch_writes_nothing_either()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var order = Row.NewOrder("o1", status: OrderStatus.Pending);
        await process.WriteOrderAsync(order);
        await process.Books.TakeOverAsync(Row.Tenant, "rice", None);

        order.State = order.State! with
        {
            Status = OrderStatus.StockVerified,
            Appending = [new LedgerEntry("a2", "rice", LedgerKind.Sold, 1, rice.Epoch)],
        };
        await Assert.ThrowsAsync<StaleEpochException>(() => process.WriteOrderAsync(order));

        Assert.Equal(OrderStatus.Pending, (await process.ReadOrderAsync("o1")).State!.Status);
        Assert.Equal(0, await process.ScalarAsync<long>("select count(*) from stock_ledger"));
    }

    [Fact]
    public async Task What_is_returned_is_written_under_whatever_epoch_the_item_has()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var order = Row.NewOrder("o1", sold: ("rice", 3, rice.Epoch));
        await process.WriteOrderAsync(order);
        var now = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        Assert.Equal(3, now.Sold);

        order.State = order.State! with
        {
            Status = OrderStatus.Cancelled,
            Appending = [new LedgerEntry("a1", "rice", LedgerKind.Returned, 3, rice.Epoch)],
        };
        await process.WriteOrderAsync(order);

        Assert.Equal(now.Epoch, await process.ScalarAsync<long>("select epoch from stock_ledger where kind = 'returned'"));
        var fold = await process.Books.FoldAsync(Row.Tenant, "rice", now.Epoch, None);
        Assert.Equal(0, fold!.Account.Sold);
    }

    [Fact]
    public async Task Writing_an_order_makes_it_due_anew()
    {
        await using var process = await Process.OpenNewAsync();
        var order = Row.NewOrder("o1");
        order.State = order.State! with { DueAt = Row.Noon };
        await process.WriteOrderAsync(order);
        Assert.Single(await process.Rows.ClaimDueAsync(Row.Noon, TimeSpan.FromSeconds(5), 100, None));
        Assert.Empty(await process.Rows.ClaimDueAsync(Row.Noon, TimeSpan.FromSeconds(5), 100, None));

        await process.WriteOrderAsync(order);

        Assert.Equal(1, Assert.Single(await process.Rows.ClaimDueAsync(Row.Noon, TimeSpan.FromSeconds(5), 100, None)).Tries);
    }

    [Fact]
    public async Task A_retry_overwrites_an_abandoned_row_and_a_late_accept_conflicts_with_it()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var abandoned = new GrainState<OrderState>(new OrderState { Tenant = Row.Tenant, OrderId = "o1", Status = OrderStatus.Abandoned });
        await process.WriteOrderAsync(abandoned);
        Assert.Empty(await process.Rows.ListAsync(new OrderQuery(Row.Tenant), None));
        Assert.Empty(await process.Rows.CountByStatusAsync(None));

        await Assert.ThrowsAsync<InconsistentStateException>(() => process.WriteOrderAsync(Row.NewOrder("o1", sold: ("rice", 1, rice.Epoch))));
        var retry = await process.ReadOrderAsync("o1");
        retry.State = Row.NewOrder("o1", sold: ("rice", 1, rice.Epoch)).State;
        await process.WriteOrderAsync(retry);

        Assert.Equal(OrderStatus.StockVerified, Assert.Single(await process.Rows.ListAsync(new OrderQuery(Row.Tenant), None)).Status);
    }

    [Fact]
    public async Task A_cleared_order_is_gone_and_can_be_written_again()
    {
        await using var process = await Process.OpenNewAsync();
        var order = Row.NewOrder("o1");
        await process.WriteOrderAsync(order);
        await process.Orders.ClearStateAsync("order", Row.Order("o1"), order);
        Assert.False((await process.ReadOrderAsync("o1")).RecordExists);

        order.State = Row.NewOrder("o1").State;
        await process.WriteOrderAsync(order);
        Assert.True((await process.ReadOrderAsync("o1")).RecordExists);
    }

    [Fact]
    public async Task A_rush_of_five_hundred_orders_takes_few_commits_and_balances()
    {
        await using var process = await Process.OpenNewAsync();
        var epochs = new Dictionary<string, long>();
        for (var i = 0; i < 10; i++)
            epochs[$"item-{i}"] = (await process.Books.TakeOverAsync(Row.Tenant, $"item-{i}", None)).Epoch;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => process.WriteOrderAsync(Row.NewOrder(
            $"o{i}", $"s{i % 50}", OrderStatus.StockVerified, ($"item-{i % 10}", 1, epochs[$"item-{i % 10}"]), ($"item-{(i + 3) % 10}", 2, epochs[$"item-{(i + 3) % 10}"])))));

        Assert.Equal(1500, await process.ScalarAsync<long>("select sum(quantity) from stock_ledger"));
        Assert.InRange(await process.ScalarAsync<long>("select count(distinct changed_xid) from orders"), 1, 60);
        foreach (var (item, epoch) in epochs)
            Assert.Equal(150, (await process.Books.FoldAsync(Row.Tenant, item, epoch, None))!.Account.Sold);
    }
}
