using Cafeteria.Orders;
using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cafeteria.Tests;

/// <summary>What ended long ago goes, and the books know what it was.</summary>
public sealed class PruneTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Orders_that_ended_long_ago_go_with_their_ledger_rows_once_counted_and_the_books_balance()
    {
        await using var process = await Process.OpenNewAsync();
        var rice = await process.Books.TakeOverAsync(Row.Tenant, "rice", None);
        await process.Books.ChangeAsync(Row.Tenant, "rice", rice.Epoch, false, new(100, "k", "chef", null, null, null, null), None);
        await WriteAsync(process, "old-completed", OrderStatus.Completed, 3, rice.Epoch);
        await WriteAsync(process, "old-rejected", OrderStatus.Rejected, 0, rice.Epoch);
        await WriteAsync(process, "old-and-open", OrderStatus.Ready, 1, rice.Epoch);
        await WriteAsync(process, "of-today", OrderStatus.Completed, 4, rice.Epoch);
        await process.ExecuteAsync("""
            update orders set placed_at = now() - interval '100 days', updated_at = now() - interval '99 days' where id like 'old-%';
            insert into order_numbers (tenant, day, next) values ('iut', current_date - 100, 7), ('iut', current_date + 1, 7)
            """);
        await using var database = await Maintenance.OpenAsync(new DatabaseOptions { ConnectionString = process.Database.ConnectionString }, NullLogger.Instance);
        var before = DateTimeOffset.UtcNow.AddDays(-62);

        // What its item has not counted yet would be sold again without its row.
        Assert.Equal(new Pruned(1, 0, 1), await Prune.RunAsync(database, before, onlyCount: true));
        Assert.Equal(new Pruned(1, 0, 1), await Prune.RunAsync(database, before, onlyCount: false));
        Assert.Equal(8, (await process.Books.TakeOverAsync(Row.Tenant, "rice", None)).Sold);
        Assert.Equal(new Pruned(0, 0, 0), await Prune.RunAsync(database, before.AddDays(-60), onlyCount: false));
        Assert.Equal(new Pruned(1, 1, 0), await Prune.RunAsync(database, before, onlyCount: false));

        Assert.Equal("of-today,old-and-open", await process.ScalarAsync<string>("select string_agg(id, ',' order by id) from orders"));
        Assert.Equal(1L, await process.ScalarAsync<long>("select count(*) from order_numbers"));
        Assert.Equal(8, (await process.Books.TakeOverAsync(Row.Tenant, "rice", None)).Sold);
        var books = await Books.ReadAsync(database);
        Assert.Empty(books.Stock.Wrong.Concat(books.Orders.Wrong));
    }

    private static Task WriteAsync(Process process, string id, OrderStatus status, int quantity, long epoch)
    {
        var order = quantity > 0 ? Row.NewOrder(id, status: status, sold: ("rice", quantity, epoch)) : Row.NewOrder(id, status: status);
        order.State = order.State! with { Sold = order.State.Appending };
        return process.WriteOrderAsync(order);
    }
}
