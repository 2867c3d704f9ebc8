using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Persistence;
using Cafeteria.Storage;
using Orleans;

namespace Cafeteria.Tests;

public sealed class OrderRowsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Orders_are_listed_newest_first_page_by_page_and_none_twice()
    {
        await using var process = await Process.OpenNewAsync();
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => WriteAsync(process, $"o{i:00}", o => o with
        {
            // Five at the same moment, so that the id decides.
            PlacedAt = Row.Noon.AddMinutes(i / 5),
            Student = i % 2 == 0 ? "even" : "odd",
            Number = $"A-{i:000}",
            Status = i < 5 ? OrderStatus.Completed : OrderStatus.InKitchen,
        })));

        var seen = new List<string>();
        OrderCursor? before = null;
        while (true)
        {
            var page = await process.Rows.ListAsync(new OrderQuery(Row.Tenant, Before: before, Limit: 7), None);
            if (page.IsEmpty)
                break;
            seen.AddRange(page.Select(o => o.OrderId));
            before = new OrderCursor(page[^1].PlacedAt, page[^1].OrderId);
        }

        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"o{i:00}").Reverse(), seen);
        Assert.Equal(13, (await process.Rows.ListAsync(new OrderQuery(Row.Tenant, "even"), None)).Length);
        Assert.Equal(5, (await process.Rows.ListAsync(new OrderQuery(Row.Tenant, Statuses: [OrderStatus.Completed, OrderStatus.Failed]), None)).Length);
        Assert.Equal("o07", Assert.Single(await process.Rows.ListAsync(new OrderQuery(Row.Tenant, Number: "A-007"), None)).OrderId);
        Assert.Equal(10, (await process.Rows.ListAsync(new OrderQuery(Row.Tenant, From: Row.Noon.AddMinutes(1), To: Row.Noon.AddMinutes(3)), None)).Length);
        Assert.Empty(await process.Rows.ListAsync(new OrderQuery("elsewhere"), None));
    }

    [Fact]
    public async Task Open_orders_are_those_that_have_not_ended()
    {
        await using var process = await Process.OpenNewAsync();
        foreach (var status in Enum.GetValues<OrderStatus>())
            await WriteAsync(process, status.ToString(), o => o with { Status = status, Student = "s1" });

        var asked = Enumerable.Range(0, 300).Select(i => process.Rows.OpenOrdersOfAsync(Row.Tenant, i % 2 == 0 ? "s1" : "nobody", None)).ToArray();
        var expected = Enum.GetValues<OrderStatus>().Where(s => !s.IsFinal()).Select(s => s.ToString()).Order();
        for (var i = 0; i < asked.Length; i++)
            Assert.Equal(i % 2 == 0 ? expected : [], (await asked[i]).Order());
    }

    [Fact]
    public async Task A_station_is_told_what_it_still_has_to_cook()
    {
        await using var process = await Process.OpenNewAsync();
        Ticket At(string station) => new(station, TicketStatus.Queued, Row.Noon, Row.Noon, Row.Noon, 60);
        await WriteAsync(process, "second", o => o with { PlacedAt = Row.Noon.AddMinutes(1), Status = OrderStatus.InKitchen, Tickets = [At("grill"), At("drinks")] });
        await WriteAsync(process, "first", o => o with { Status = OrderStatus.StockVerified, Tickets = [At("grill")] });
        await WriteAsync(process, "drinks", o => o with { Status = OrderStatus.InKitchen, Tickets = [At("drinks")] });
        await WriteAsync(process, "ready", o => o with { Status = OrderStatus.Ready, Tickets = [At("grill")] });
        await WriteAsync(process, "cancelled", o => o with { Status = OrderStatus.Cancelled, Tickets = [At("grill")] });

        Assert.Equal(["first", "second"], (await process.Rows.AtStationAsync(Row.Tenant, "grill", None)).Select(o => o.OrderId));
    }

    [Fact]
    public async Task What_a_grain_begins_with_is_read_while_lists_take_all_the_places_there_are_for_them()
    {
        await using var process = await Process.OpenNewAsync();
        await WriteAsync(process, "o1", o => o with { Status = OrderStatus.InKitchen });
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lists = Enumerable.Range(0, 10).Select(_ => process.Database.QueryAsync("a list without end", Sending.Search, async (_, _) =>
        {
            await end.Task;
            return 0;
        }, None)).ToArray();
        // The first to come back is one for which there was no place.
        await Assert.ThrowsAsync<StorageUnavailableException>(async () => await await Task.WhenAny(lists));

        Assert.Equal("o1", Assert.Single(await process.Rows.OpenOrdersOfAsync(Row.Tenant, "s1", None)));
        Assert.Equal("o1", Assert.Single(await process.Rows.AtStationAsync(Row.Tenant, "grill", None)).OrderId);
        Assert.Empty(await process.Books.LevelsAsync(Row.Tenant, None));
        await Assert.ThrowsAsync<StorageUnavailableException>(() => process.Rows.ListAsync(new OrderQuery(Row.Tenant), None));

        end.SetResult();
    }

    [Fact]
    public async Task The_halls_board_has_what_is_made_and_what_is_ready_of_this_day_alone()
    {
        await using var process = await Process.OpenNewAsync();
        foreach (var status in Enum.GetValues<OrderStatus>())
            await WriteAsync(process, status.ToString(), o => o with { Status = status, Number = $"{status}" });
        await WriteAsync(process, "older", o => o with { Status = OrderStatus.InKitchen, Number = "older", PlacedAt = Row.Noon.AddMinutes(-5) });
        await WriteAsync(process, "yesterday", o => o with { Status = OrderStatus.Ready, Number = "yesterday", PlacedAt = Row.Noon.AddDays(-1) });
        await WriteAsync(process, "later", o => o with { Status = OrderStatus.Ready, Number = "later" });

        var board = await process.Rows.OnBoardAsync(Row.Tenant, Row.Noon.AddHours(1), None);

        Assert.Equal(["InKitchen", "StockVerified", "older"], board.Where(o => o.Status is not OrderStatus.Ready).Select(o => o.Number).Order());
        Assert.Equal(["later", "Ready"], board.Where(o => o.Status is OrderStatus.Ready).OrderByDescending(o => o.Since).Select(o => o.Number));
        Assert.Equal(Row.Noon.AddMinutes(-5), board.Single(o => o.Number == "older").Since);
        Assert.Empty(await process.Rows.OnBoardAsync("elsewhere", Row.Noon, None));
    }

    [Fact]
    public async Task Versions_are_those_of_the_orders_that_are_there()
    {
        await using var process = await Process.OpenNewAsync();
        var step = new Transition(OrderStatus.InKitchen, Row.Noon, "system", null);
        await WriteAsync(process, "o1", o => o with { History = [step, step, step] });
        await WriteAsync(process, "o2", o => o);

        var versions = await process.Rows.VersionsAsync(Row.Tenant, ["o1", "o2", "o3"], None);

        Assert.Equal([("o1", 3), ("o2", 1)], versions.Select(v => (v.Key, v.Value)).Order());
    }

    [Fact]
    public async Task Orders_are_counted_by_status()
    {
        await using var process = await Process.OpenNewAsync();
        for (var i = 0; i < 5; i++)
            await WriteAsync(process, $"o{i}", o => o with { Status = i < 3 ? OrderStatus.Ready : OrderStatus.Failed });

        var counts = await process.Rows.CountByStatusAsync(None);

        Assert.Equal([new(Row.Tenant, OrderStatus.Ready, 3), new OrderCount(Row.Tenant, OrderStatus.Failed, 2)], counts.OrderBy(c => c.Status));
    }

    [Fact]
    public async Task A_count_whose_caller_waits_no_longer_is_finished_and_not_begun_beside_itself()
    {
        await using var process = await Process.OpenNewAsync();
        await WriteAsync(process, "o1", o => o with { Status = OrderStatus.Ready });
        await using var locked = await RowLock.TakeAsync(process.Database.ConnectionString, "lock table orders in access exclusive mode");
        using var scrape = new CancellationTokenSource();
        var first = process.Rows.CountByStatusAsync(scrape.Token);
        await RowLock.UntilSomebodyWaitsAsync(process);
        await scrape.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var second = process.Rows.CountByStatusAsync(None);

        for (var look = 0; look < 20; look++)
            Assert.Equal(1, await process.ScalarAsync<long>("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%count(*) from orders%' and pid <> pg_backend_pid()"));
        await locked.ReleaseAsync();
        Assert.Equal(new OrderCount(Row.Tenant, OrderStatus.Ready, 1), Assert.Single(await second));
    }

    [Fact]
    public async Task Claims_of_two_processes_are_disjoint_and_complete()
    {
        await using var one = await Process.OpenNewAsync();
        await using var two = await Process.OpenAsync(one.Database.ConnectionString);
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => WriteAsync(one, $"o{i}", o => o with { DueAt = Row.Noon.AddSeconds(i % 7) })));
        await WriteAsync(one, "later", o => o with { DueAt = Row.Noon.AddHours(1) });

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            (i % 2 == 0 ? one : two).Rows.ClaimDueAsync(Row.Noon.AddSeconds(10), TimeSpan.FromSeconds(5), 20, None)));

        var claimed = claims.SelectMany(c => c).Select(c => c.OrderId).ToList();
        while (await one.Rows.ClaimDueAsync(Row.Noon.AddSeconds(10), TimeSpan.FromSeconds(5), 100, None) is { IsEmpty: false } more)
            claimed.AddRange(more.Select(c => c.OrderId));
        Assert.Equal(300, claimed.Count);
        Assert.Equal(300, claimed.Distinct().Count());
    }

    [Fact]
    public async Task A_lease_grows_with_every_fruitless_try_to_a_minute()
    {
        await using var process = await Process.OpenNewAsync();
        await WriteAsync(process, "o1", o => o with { DueAt = Row.Noon });
        var now = Row.Noon;
        foreach (var seconds in new[] { 5, 10, 20, 40, 60, 60 })
        {
            Assert.Single(await process.Rows.ClaimDueAsync(now, TimeSpan.FromSeconds(5), 10, None));
            Assert.Empty(await process.Rows.ClaimDueAsync(now.AddSeconds(seconds - 0.001), TimeSpan.FromSeconds(5), 10, None));
            now = now.AddSeconds(seconds);
        }
    }

    [Fact]
    public async Task Numbers_are_unique_over_two_processes_and_begin_anew_each_day()
    {
        await using var one = await Process.OpenNewAsync();
        await using var two = await Process.OpenAsync(one.Database.ConnectionString);
        var today = new DateOnly(2026, 3, 1);

        var numbers = await Task.WhenAll(Enumerable.Range(0, 700).Select(i => (i % 2 == 0 ? one : two).Rows.NextNumberAsync(Row.Tenant, today, None).AsTask()));

        Assert.Equal(700, numbers.Distinct().Count());
        Assert.Contains(1, numbers);
        Assert.All(numbers, n => Assert.InRange(n, 1, 20_000)); // blocks grow while they are used up fast
        Assert.Equal(1, await one.Rows.NextNumberAsync(Row.Tenant, today.AddDays(1), None));
        Assert.Equal(1, await one.Rows.NextNumberAsync("elsewhere", today, None));
    }

    private static Task WriteAsync(Process process, string id, Func<OrderState, OrderState> change) =>
        process.WriteOrderAsync(new GrainState<OrderState>(change(Row.NewOrder(id).State!)));
}
