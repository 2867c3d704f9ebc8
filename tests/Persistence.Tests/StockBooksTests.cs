using Cafeteria.Orders;
using Cafeteria.Persistence;
using Cafeteria.Stock;
using Cafeteria.Storage;

namespace Cafeteria.Tests;

public sealed class StockBooksTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Every_take_over_raises_the_epoch_and_ends_what_the_one_before_could_do()
    {
        await using var process = await Process.OpenNewAsync();
        var first = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var second = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);

        Assert.True(second.Epoch > first.Epoch);
        Assert.Null(await process.Books.FoldAsync(Row.Tenant, "rice", first.Epoch, None));
        Assert.Null(await process.Books.ChangeAsync(Row.Tenant, "rice", first.Epoch, false, Change(5, "k"), None));
        Assert.Equal(0, await process.ScalarAsync<long>("select count(*) from stock_ledger"));
    }

    [Fact]
    public async Task Receiving_is_done_once_per_key()
    {
        await using var process = await Process.OpenNewAsync();
        var epoch = (await process.Books.TakeOverAsync(Row.Tenant, "rice", None)).Epoch;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => process.Books.ChangeAsync(Row.Tenant, "rice", epoch, false, Change(40, "k1"), None)));
        Assert.All(answers, a => Assert.Equal(40, a!.Received));
        Assert.Equal(45, (await process.Books.ChangeAsync(Row.Tenant, "rice", epoch, false, Change(5, "k2"), None))!.Received);

        // A write-off is another request, whatever its key.
        var off = await process.Books.ChangeAsync(Row.Tenant, "rice", epoch, true, Change(3, "k1"), None);
        Assert.Equal((45, 3), (off!.Received, off.WrittenOff));
        Assert.Equal("spilt by chef", await process.ScalarAsync<string>("select reason || ' by ' || by from stock_ledger where kind = 'written_off'"));
    }

    [Fact]
    public async Task A_fold_names_what_it_counted_once()
    {
        await using var process = await Process.OpenNewAsync();
        var epoch = (await process.Books.TakeOverAsync(Row.Tenant, "rice", None)).Epoch;
        await process.WriteOrderAsync(Row.NewOrder("o1", sold: ("rice", 2, epoch)));
        await process.WriteOrderAsync(Row.NewOrder("o2", sold: ("rice", 3, epoch)));
        Assert.Equal(5, Assert.Single(await process.Books.LevelsAsync(Row.Tenant, None)).Sold);

        var first = await process.Books.FoldAsync(Row.Tenant, "rice", epoch, None);
        Assert.Equal([("o1", "a1"), ("o2", "a1")], first!.Counted.ToArray());
        Assert.Equal(5, first.Account.Sold);
        var second = await process.Books.FoldAsync(Row.Tenant, "rice", epoch, None);
        Assert.Empty(second!.Counted);
        Assert.Equal(5, second.Account.Sold);
        Assert.Equal(5, Assert.Single(await process.Books.LevelsAsync(Row.Tenant, None)).Sold);
    }

    [Fact]
    public async Task A_take_over_waits_for_an_accepting_write_in_flight_and_counts_it()
    {
        await using var process = await Process.OpenNewAsync();
        await using var other = await Process.OpenAsync(process.Database.ConnectionString);
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        var old = Row.NewOrder("old", status: OrderStatus.Pending);
        await process.WriteOrderAsync(old);

        // The batch has its items' heads locked and stands still at the row of another order.
        await using var frozen = await RowLock.TakeAsync(process.Database.ConnectionString, "select from orders where id = 'old' for update");
        var first = process.WriteOrderAsync(Row.NewOrder("before", status: OrderStatus.Pending));
        var accepting = new[] { process.WriteOrderAsync(old), process.WriteOrderAsync(Row.NewOrder("new", sold: ("rice", 4, rice.Epoch))) };
        await RowLock.UntilSomebodyWaitsAsync(process);
        var takeOver = other.Books.TakeOverAsync(Row.Tenant, "rice", None);
        await RowLock.UntilSomebodyWaitsAsync(process, 2);
        Assert.False(takeOver.IsCompleted);

        await frozen.ReleaseAsync();
        await Task.WhenAll(accepting);
        await first;
        Assert.Equal(4, (await takeOver).Sold);
    }

    [Fact]
    public async Task An_accepting_write_that_meets_a_take_over_sees_the_raised_epoch()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        await using var takingOver = await RowLock.TakeAsync(
            process.Database.ConnectionString,
            "select from stock_head where item = 'rice' for update; update stock_head set epoch = epoch + 1 where item = 'rice'");
        var accepting = process.WriteOrderAsync(Row.NewOrder("o1", sold: ("rice", 1, rice.Epoch)));
        await RowLock.UntilSomebodyWaitsAsync(process);

        await takingOver.ReleaseAsync();

        await Assert.ThrowsAsync<StaleEpochException>(() => accepting);
        Assert.Equal(0, await process.ScalarAsync<long>("select count(*) from stock_ledger"));
    }

    [Fact]
    public async Task Receiving_does_not_wait_for_accepting_writes()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        await using var accepting = await RowLock.TakeAsync(process.Database.ConnectionString, "select from stock_head for key share");

        var account = await process.Books.ChangeAsync(Row.Tenant, "rice", rice.Epoch, false, Change(10, "k"), None);

        Assert.Equal(10, account!.Received);
    }

    [Fact]
    public async Task Two_hundred_items_are_taken_over_at_once_by_a_small_pool()
    {
        var server = await PostgresServer.SharedAsync();
        await using var process = await Process.OpenAsync(await server.CreateDatabaseAsync(), poolSize: 5);

        var accounts = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => process.Books.TakeOverAsync(Row.Tenant, $"item-{i}", None)));

        Assert.All(accounts, a => Assert.Equal(1, a.Epoch));
    }

    [Fact]
    public async Task A_reorder_level_can_be_set_before_anything_was_received()
    {
        await using var process = await Process.OpenNewAsync();
        await process.Books.SetReorderLevelAsync(Row.Tenant, "rice", 12, None);
        Assert.Equal(12, (await process.Books.TakeOverAsync(Row.Tenant, "rice", None)).ReorderLevel);
        await process.Books.SetReorderLevelAsync(Row.Tenant, "rice", 9, None);
        Assert.Equal(9, Assert.Single(await process.Books.LevelsAsync(Row.Tenant, None)).ReorderLevel);
    }

    private static ChangeStock Change(int quantity, string key) => new(quantity, key, "chef", "spilt", new DateOnly(2026, 4, 1), 1200, null);
}
