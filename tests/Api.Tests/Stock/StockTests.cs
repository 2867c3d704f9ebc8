using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Stock;

[Collection(AppCollection.Name)]
public sealed class StockTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_delivery_is_booked_once_for_one_key()
    {
        var (dish, manager, key) = (await app.AddDishAsync(5), await ManagerAsync(), Guid.NewGuid().ToString());
        var body = new { quantity = 7, expiresOn = "2030-01-31", unitCost = new { amount = 1200, currency = "BDT" }, reference = "DN-17" };
        for (var i = 0; i < 3; i++)
            Assert.Equal(12, (await (await app.PostAsync($"/api/v1/stock/{dish}/receive", manager, body, ("Idempotency-Key", key))).IsAsync(200)).Number("onHand"));
        Assert.Equal(19, (await (await app.PostAsync($"/api/v1/stock/{dish}/receive", manager, body)).IsAsync(200)).Number("received"));
    }

    [Fact]
    public async Task More_than_there_is_cannot_be_written_off()
    {
        var (dish, manager) = (await app.AddDishAsync(5), await ManagerAsync());
        var problem = await (await app.PostAsync($"/api/v1/stock/{dish}/write-off", manager, new { quantity = 6, reason = "burnt" })).IsProblemAsync(409, "below_zero");
        Assert.Equal(5, problem.Number("available"));
        var stock = await (await app.PostAsync($"/api/v1/stock/{dish}/write-off", manager, new { quantity = 4, reason = "burnt" })).IsAsync(200);
        Assert.Equal((1, 4, 5), (stock.Number("onHand"), stock.Number("writtenOff"), stock.Number("received")));
    }

    [Fact]
    public async Task Everything_on_the_menu_is_listed_page_by_page()
    {
        var manager = await ManagerAsync();
        var menu = (await (await app.GetAsync("/api/v1/menu")).IsAsync(200)).GetProperty("items").EnumerateArray().Select(item => item.Text("id")).Order(StringComparer.Ordinal).ToArray();
        var (read, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await (await app.GetAsync($"/api/v1/stock?limit=10{(cursor is null ? "" : $"&cursor={cursor}")}", manager)).IsAsync(200);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                read.Add(item.Text("itemId"));
                Assert.Equal(item.Number("received"), item.Number("onHand") + item.Number("held") + item.Number("sold") + item.Number("writtenOff"));
            }

            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(menu, read);
    }

    [Fact]
    public async Task A_stock_take_sets_the_books_right_once_for_one_key()
    {
        var (dish, manager) = (await app.AddDishAsync(10), await ManagerAsync());
        async Task<JsonElement> CountAsync(int counted, string key) =>
            await (await app.PostAsync($"/api/v1/stock/{dish}/count", manager, new { counted, reason = "evening" }, ("Idempotency-Key", key))).IsAsync(200);

        var less = await CountAsync(7, "a");
        Assert.Equal((-3, 7, 3, 10), (less.Number("difference"), OnHand(less), less.GetProperty("stock").Number("writtenOff"), less.GetProperty("stock").Number("received")));
        var more = await CountAsync(12, "b");
        Assert.Equal((5, 12, 3, 15), (more.Number("difference"), OnHand(more), more.GetProperty("stock").Number("writtenOff"), more.GetProperty("stock").Number("received")));
        Assert.Equal(0, (await CountAsync(12, "c")).Number("difference"));
        await (await app.PostAsync($"/api/v1/stock/{dish}/write-off", manager, new { quantity = 2, reason = "spilt" })).IsAsync(200);
        foreach (var again in new[] { "a", "b", "c" })
            Assert.Equal(10, OnHand(await CountAsync(12, again)));
        Assert.Equal(0, OnHand(await CountAsync(0, "d")));

        static int OnHand(JsonElement answer) => answer.GetProperty("stock").Number("onHand");
    }

    [Fact]
    public async Task The_ledger_tells_what_happened_and_who_did_it()
    {
        var (dish, manager) = (await app.AddDishAsync(10, prepSeconds: 600), await ManagerAsync());
        var order = await (await app.PostAsync("/api/v1/orders", await app.TokenAsync("ledger-student"), new { lines = new[] { new { itemId = dish, quantity = 2 } } })).IsAsync(202);
        await (await app.PostAsync($"/api/v1/stock/{dish}/write-off", manager, new { quantity = 1, reason = "burnt" })).IsAsync(200);
        await (await app.PostAsync($"/api/v1/stock/{dish}/count", manager, new { counted = 7 })).IsAsync(200);

        var whole = (await (await app.GetAsync($"/api/v1/stock/{dish}/ledger", manager)).IsAsync(200)).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal([("counted", 7), ("written_off", 1), ("sold", 2), ("received", 10)], whole.Select(row => (row.Text("kind"), row.Number("quantity"))));
        Assert.Equal((order.Text("id"), order.Text("number")), (whole[2].Text("orderId"), whole[2].Text("orderNumber")));
        Assert.Equal(("manager1", "burnt"), (whole[1].Text("by"), whole[1].Text("reason")));

        var first = await (await app.GetAsync($"/api/v1/stock/{dish}/ledger?kind=received,written_off&limit=1", manager)).IsAsync(200);
        Assert.Equal("written_off", first.GetProperty("items")[0].Text("kind"));
        var second = await (await app.GetAsync($"/api/v1/stock/{dish}/ledger?kind=received,written_off&limit=1&cursor={first.Text("nextCursor")}", manager)).IsAsync(200);
        Assert.Equal(("received", (string?)null), (second.GetProperty("items")[0].Text("kind"), second.GetProperty("nextCursor").GetString()));
        await (await app.GetAsync($"/api/v1/stock/{dish}/ledger?kind=stolen", manager)).IsProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task What_is_low_is_decided_by_its_own_level()
    {
        var (dish, manager) = (await app.AddDishAsync(15), await ManagerAsync());
        async Task<bool> IsLowAsync() =>
            (await (await app.GetAsync("/api/v1/stock?low=true&limit=200", manager)).IsAsync(200)).GetProperty("items").EnumerateArray().Any(row => row.Text("itemId") == dish);

        Assert.False(await IsLowAsync());
        Assert.Equal(15, (await (await app.SendAsync(HttpMethod.Put, $"/api/v1/stock/{dish}/reorder-level", manager, new { level = 15 })).IsAsync(200)).Number("reorderLevel"));
        await Eventually.HoldsAsync("the dish is low", TimeSpan.FromSeconds(5), IsLowAsync);
        await (await app.SendAsync(HttpMethod.Put, $"/api/v1/stock/{dish}/reorder-level", manager, new { level = -1 })).IsProblemAsync(400, "invalid_request");
    }

    private Task<string> ManagerAsync() => app.TokenAsync("manager1", Role.Manager);
}
