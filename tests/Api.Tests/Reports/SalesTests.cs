using System.Text.Json;
using Cafeteria.Accounts;
using Cafeteria.Http;

namespace Cafeteria.Tests.Reports;

[Collection(AppCollection.Name)]
public sealed class SalesTests(CafeteriaApp app)
{
    [Fact]
    public async Task What_stands_is_counted_by_day_hour_and_dish_and_what_was_cancelled_is_not()
    {
        var (manager, student) = (await app.TokenAsync("manager1", Role.Manager), await app.TokenAsync("sales-student"));
        var dish = await app.AddDishAsync(10, prepSeconds: 600);
        async Task<string> PlaceAsync(int quantity)
            => (await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity } } })).IsAsync(202)).Text("id");
        await PlaceAsync(2);
        await PlaceAsync(3);
        await (await app.PostAsync($"/api/v1/orders/{await PlaceAsync(4)}/cancel", manager)).IsAsync(200);

        var byItem = Assert.Single((await ReadAsync("by=item")).GetProperty("rows").EnumerateArray(), row => row.Text("key") == dish);
        Assert.Equal((dish, 2, 5, 50000, "BDT"),
            (byItem.Text("name"), byItem.Number("orders"), byItem.Number("portions"), byItem.GetProperty("revenue").Number("amount"), byItem.GetProperty("revenue").Text("currency")));
        foreach (var by in new[] { "day", "hour" })
        {
            var sales = await ReadAsync($"by={by}");
            Assert.Equal(sales.GetProperty("total").Number("amount"), sales.GetProperty("rows").EnumerateArray().Sum(row => row.GetProperty("revenue").Number("amount")));
            Assert.True(sales.GetProperty("total").Number("amount") >= 50000);
        }

        Assert.Empty((await ReadAsync("from=2020-01-01&to=2020-01-31")).GetProperty("rows").EnumerateArray());
        await (await app.GetAsync("/api/v1/reports/sales", await app.TokenAsync("kitchen1", Role.Kitchen))).IsProblemAsync(403, "forbidden");

        async Task<JsonElement> ReadAsync(string query) => await (await app.GetAsync($"/api/v1/reports/sales?{query}", manager)).IsAsync(200);
    }

    [Fact]
    public async Task A_spreadsheet_gets_a_table_in_which_nothing_is_a_formula()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        var id = $"evil-{Guid.NewGuid():N}"[..20];
        await (await app.PostAsync("/api/v1/menu/items", manager, new { id, name = "=cmd|' /C calc'!A0, \"x\"", categoryId = "main", price = new { amount = 12345, currency = "BDT" } })).IsAsync(201);
        await (await app.PostAsync($"/api/v1/stock/{id}/receive", manager, new { quantity = 3 })).IsAsync(200);
        await (await app.PostAsync("/api/v1/orders", manager, new { lines = new[] { new { itemId = id, quantity = 1 } } })).IsAsync(202);

        foreach (var (path, headers) in new (string, (string, string)[])[] { ("/api/v1/reports/sales.csv?by=item", []), ("/api/v1/reports/sales?by=item", [("Accept", "text/csv")]) })
        {
            using var answer = await app.GetAsync(path, manager, headers);
            Assert.Equal("text/csv", answer.Content.Headers.ContentType?.MediaType);
            Assert.StartsWith("sales-by-item-", answer.Content.Headers.ContentDisposition?.FileName?.Trim('"'), StringComparison.Ordinal);
            var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n");
            Assert.EndsWith("item,name,orders,portions,revenue,currency", lines[0], StringComparison.Ordinal);
            Assert.Equal($"{id},\"'=cmd|' /C calc'!A0, \"\"x\"\"\",1,1,123.45,BDT", Assert.Single(lines, line => line.StartsWith(id, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("Beef = good", "Beef = good")]
    [InlineData("", "")]
    public void A_formula_is_made_a_text(string text, string harmless) => Assert.Equal(harmless, Csv.Harmless(text));
}
