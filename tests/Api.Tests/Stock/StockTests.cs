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

    private Task<string> ManagerAsync() => app.TokenAsync("manager1", Role.Manager);
}
