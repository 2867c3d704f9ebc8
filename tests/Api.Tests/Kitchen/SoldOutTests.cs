using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Kitchen;

[Collection(AppCollection.Name)]
public sealed class SoldOutTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_dish_that_the_kitchen_says_is_sold_out_cannot_be_ordered_until_it_is_back()
    {
        var dish = await app.AddDishAsync(10);
        var cook = await app.TokenAsync("kitchen1", Role.Kitchen);
        var student = await app.TokenAsync("hungry");

        var gone = await (await app.PostAsync($"/api/v1/kitchen/items/{dish}/sold-out", cook)).IsAsync(200);
        Assert.Equal(("kitchen1", 10), (gone.GetProperty("soldOut").Text("by"), gone.Number("onHand")));
        Assert.True((DateTimeOffset.UtcNow - gone.GetProperty("soldOut").GetProperty("at").GetDateTimeOffset()).Duration() < TimeSpan.FromMinutes(5));

        var shown = await (await app.GetAsync($"/api/v1/menu/items/{dish}")).IsAsync(200);
        Assert.Equal((0, "sold_out"), (shown.GetProperty("stock").Number("onHand"), shown.GetProperty("stock").Text("level")));
        // Without a key this process's menu refuses, with one the order does: they must say the same.
        foreach (var headers in new (string, string)[][] { [], [("Idempotency-Key", Guid.NewGuid().ToString("N"))] })
        {
            var refused = await (await OrderAsync(headers)).IsProblemAsync(422, "out_of_stock");
            Assert.Equal((dish, 1, 0), (refused.GetProperty("items")[0].Text("itemId"), refused.GetProperty("items")[0].Number("requested"), refused.GetProperty("items")[0].Number("available")));
        }

        var back = await (await app.PostAsync($"/api/v1/kitchen/items/{dish}/back", cook)).IsAsync(200);
        Assert.Equal(JsonValueKind.Null, back.GetProperty("soldOut").ValueKind);
        await (await OrderAsync([])).IsAsync(202);

        Task<HttpResponseMessage> OrderAsync((string, string)[] headers)
            => app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } }, headers);
    }

    [Fact]
    public async Task The_second_who_says_so_does_not_take_the_place_of_the_first()
    {
        var dish = await app.AddDishAsync(1);
        await (await app.PostAsync($"/api/v1/kitchen/items/{dish}/sold-out", await app.TokenAsync("kitchen1", Role.Kitchen))).IsAsync(200);
        await (await app.PostAsync($"/api/v1/kitchen/items/{dish}/sold-out", await app.TokenAsync("manager1", Role.Manager))).IsAsync(200);

        var items = (await (await app.GetAsync("/api/v1/kitchen/items", await app.TokenAsync("kitchen1", Role.Kitchen))).IsAsync(200)).GetProperty("items");
        Assert.Equal("kitchen1", items.EnumerateArray().Single(item => item.Text("id") == dish).GetProperty("soldOut").Text("by"));
    }

    [Fact]
    public async Task Only_the_kitchen_and_who_stands_above_it_says_so_and_of_its_own_dishes()
    {
        var dish = await app.AddDishAsync(1);
        foreach (var role in new[] { Role.Student, Role.Waiter })
            await (await app.PostAsync($"/api/v1/kitchen/items/{dish}/sold-out", await app.TokenAsync("somebody", role))).IsProblemAsync(403, "forbidden");
        var elsewhere = await app.TokenAsync("kitchen_staff1", Role.Kitchen, "spice-route");
        await (await app.PostAsync($"/api/v1/kitchen/items/{dish}/sold-out", elsewhere)).IsProblemAsync(404, "not_found");
        await (await app.PostAsync("/api/v1/kitchen/items/No%20Slug/back", await app.TokenAsync("kitchen1", Role.Kitchen))).IsProblemAsync(404, "not_found");
        Assert.Equal(1, (await (await app.GetAsync($"/api/v1/menu/items/{dish}")).IsAsync(200)).GetProperty("stock").Number("onHand"));
    }
}
