using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Orders;

[Collection(AppCollection.Name)]
public sealed class PlaceOrderTests(CafeteriaApp app)
{
    [Fact]
    public async Task An_order_is_accepted_with_all_that_the_contract_promises()
    {
        var dish = await app.AddDishAsync(10);
        using var answer = await PlaceAsync(await StudentAsync(), dish, 3, note: "less spicy");
        var order = await answer.IsAsync(202);
        Assert.Equal($"/api/v1/orders/{order.Text("id")}", answer.Headers.Location?.OriginalString);
        Assert.Matches("^[a-z2-7]{26}$", order.Text("id"));
        Assert.Contains(order.Text("status"), new[] { "pending", "stock_verified", "in_kitchen" });
        var line = order.GetProperty("lines")[0];
        Assert.Equal((dish, 3, 30000L), (line.Text("itemId"), line.Number("quantity"), line.GetProperty("lineTotal").GetProperty("amount").GetInt64()));
        Assert.Equal(("BDT", 30000L), (order.GetProperty("total").Text("currency"), order.GetProperty("total").GetProperty("amount").GetInt64()));
        Assert.NotEmpty(order.Text("number"));
        Assert.Contains(order.Text("id"), order.Text("trackUrl"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Idempotency-Replayed"));
    }

    [Fact]
    public async Task An_accepted_order_comes_in_one_piece_and_in_readable_letters()
    {
        var dish = await app.AddDishAsync(10);
        using var answer = await PlaceAsync(await StudentAsync(), dish, 1, note: "কম ঝাল");
        var body = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(("application/json; charset=utf-8", body.Length), (answer.Content.Headers.ContentType?.ToString(), answer.Content.Headers.ContentLength));
        Assert.Contains("\"note\":\"কম ঝাল\"", System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_twenty_times_at_once_is_one_order_one_deduction_and_one_body()
    {
        var (dish, student, key) = (await app.AddDishAsync(50), await StudentAsync(), NewKey());
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PlaceAsync(student, dish, 2, key)));
        var bodies = new List<JsonElement>();
        foreach (var answer in answers)
            bodies.Add(await answer.IsAsync(202));

        Assert.Single(bodies.Select(body => $"{body.Text("id")} {body.Text("number")} {body.GetProperty("lines")} {body.GetProperty("total")} {body.Text("placedAt")}").Distinct());
        Assert.Equal(19, answers.Count(answer => answer.Headers.Contains("Idempotency-Replayed")));
        await Eventually.HoldsAsync($"48 of {dish} on hand, 2 sold", TimeSpan.FromSeconds(20), async () =>
        {
            var stock = await (await app.GetAsync($"/api/v1/stock/{dish}", await app.TokenAsync("manager1", Role.Manager))).IsAsync(200);
            return stock.Number("onHand") == 48 && stock.Number("sold") == 2 && stock.Number("held") == 0 && stock.Number("received") == 50;
        });
    }

    [Fact]
    public async Task The_same_key_after_the_order_has_ended_answers_that_order()
    {
        var (dish, student, key) = (await app.AddDishAsync(5, prepSeconds: 600), await StudentAsync(), NewKey());
        var placed = await (await PlaceAsync(student, dish, 1, key)).IsAsync(202);
        await (await app.PostAsync($"/api/v1/orders/{placed.Text("id")}/cancel", await app.TokenAsync("manager1", Role.Manager))).IsAsync(200);
        using var again = await PlaceAsync(student, dish, 1, key);
        var replayed = await again.IsAsync(202);
        Assert.Equal((placed.Text("id"), "cancelled"), (replayed.Text("id"), replayed.Text("status")));
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
    }

    [Fact]
    public async Task The_same_key_for_another_order_is_refused()
    {
        var (dish, student, key) = (await app.AddDishAsync(50), await StudentAsync(), NewKey());
        await (await PlaceAsync(student, dish, 1, key)).IsAsync(202);
        await (await PlaceAsync(student, dish, 2, key)).IsProblemAsync(422, "idempotency_key_reused");
        using var elsewhere = await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } }, fulfilment = "dine_in" }, ("Idempotency-Key", key));
        await elsewhere.IsProblemAsync(422, "idempotency_key_reused");
        await (await PlaceAsync(await StudentAsync(), dish, 2, key)).IsAsync(202);
    }

    [Fact]
    public async Task Sold_out_says_what_is_left_with_and_without_a_key()
    {
        var (dish, student) = (await app.AddDishAsync(2), await StudentAsync());
        foreach (var key in new[] { null, NewKey() })
        {
            var item = (await (await PlaceAsync(student, dish, 3, key)).IsProblemAsync(422, "out_of_stock")).GetProperty("items")[0];
            Assert.Equal((dish, 3, 2), (item.Text("itemId"), item.Number("requested"), item.Number("available")));
        }
    }

    [Fact]
    public async Task A_refusal_leaves_its_key_free_of_any_order()
    {
        var (dish, student, key) = (await app.AddDishAsync(0), await StudentAsync(), NewKey());
        await (await PlaceAsync(student, dish, 1, key)).IsProblemAsync(422, "out_of_stock");
        await (await app.PostAsync($"/api/v1/stock/{dish}/receive", await app.TokenAsync("manager1", Role.Manager), new { quantity = 5 })).IsAsync(200);
        await (await PlaceAsync(student, dish, 2, key)).IsAsync(202);
    }

    [Fact]
    public async Task An_unknown_dish_is_refused_with_and_without_a_key()
    {
        var student = await StudentAsync();
        foreach (var key in new[] { null, NewKey() })
            Assert.Equal("no-such-dish", (await (await PlaceAsync(student, "no-such-dish", 1, key)).IsProblemAsync(422, "unknown_item")).GetProperty("itemIds")[0].GetString());
    }

    [Theory]
    [InlineData("delivery", "cash")]
    [InlineData("pickup", "wallet")]
    [InlineData("dine_in", "online")]
    public async Task What_comes_later_is_not_available_yet(string fulfilment, string payment)
        => await (await app.PostAsync("/api/v1/orders", await StudentAsync(), new { lines = new[] { new { itemId = "ramen", quantity = 1 } }, fulfilment, payment }))
            .IsProblemAsync(422, "not_available");

    [Fact]
    public async Task Another_students_order_is_not_there()
    {
        var dish = await app.AddDishAsync(5, prepSeconds: 600);
        var (mine, other) = (await StudentAsync(), await StudentAsync());
        var id = (await (await PlaceAsync(mine, dish, 1)).IsAsync(202)).Text("id");
        await (await app.GetAsync($"/api/v1/orders/{id}", mine)).IsAsync(200);
        await (await app.GetAsync($"/api/v1/orders/{id}", other)).IsProblemAsync(404, "not_found");
        await (await app.GetAsync($"/api/v1/orders/{id}/events", other)).IsProblemAsync(404, "not_found");
        await (await app.PostAsync($"/api/v1/orders/{id}/cancel", other)).IsProblemAsync(404, "not_found");
        Assert.Empty((await (await app.GetAsync("/api/v1/orders", other)).IsAsync(200)).GetProperty("items").EnumerateArray());
        var seen = await (await app.GetAsync($"/api/v1/orders/{id}", await app.TokenAsync("waiter", Role.Waiter))).IsAsync(200);
        Assert.Equal(seen.Number("version"), seen.GetProperty("history").GetArrayLength());
    }

    [Fact]
    public async Task A_student_cancels_until_the_kitchen_begins_and_staff_until_it_is_handed_over()
    {
        var dish = await app.AddDishAsync(5, prepSeconds: 600);
        var student = await StudentAsync();
        var id = (await (await PlaceAsync(student, dish, 1)).IsAsync(202)).Text("id");
        await Eventually.HoldsAsync("the kitchen has begun", TimeSpan.FromSeconds(20),
            async () => (await (await app.GetAsync($"/api/v1/orders/{id}", student)).IsAsync(200)).Text("status") == "in_kitchen");
        await (await app.PostAsync($"/api/v1/orders/{id}/cancel", student, new { reason = "late" })).IsProblemAsync(409, "too_late");
        await (await app.PostAsync($"/api/v1/orders/{id}/complete", await app.TokenAsync("waiter", Role.Waiter))).IsProblemAsync(409, "not_ready");
        var cancelled = await (await app.PostAsync($"/api/v1/orders/{id}/cancel", await app.TokenAsync("waiter", Role.Waiter), new { reason = "no gas" })).IsAsync(200);
        Assert.Equal("cancelled", cancelled.Text("status"));
        Assert.Equal("no gas", cancelled.GetProperty("history").EnumerateArray().Last().Text("reason"));
    }

    [Fact]
    public async Task Orders_are_listed_newest_first_page_by_page_without_gap_or_repeat()
    {
        var (dish, student) = (await app.AddDishAsync(20, prepSeconds: 600), await StudentAsync());
        var placed = new List<string>();
        for (var i = 0; i < 7; i++)
            placed.Insert(0, (await (await PlaceAsync(student, dish, 1)).IsAsync(202)).Text("id"));

        var (read, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await (await app.GetAsync($"/api/v1/orders?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}", student)).IsAsync(200);
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 3);
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.Text("id")));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(placed, read);
        Assert.Empty((await (await app.GetAsync("/api/v1/orders?status=completed,cancelled", student)).IsAsync(200)).GetProperty("items").EnumerateArray());
        Assert.Empty((await (await app.GetAsync("/api/v1/orders?to=2020-01-01T00:00:00Z", student)).IsAsync(200)).GetProperty("items").EnumerateArray());
        Assert.Equal(7, (await (await app.GetAsync("/api/v1/orders?from=2020-01-01T00:00:00Z", student)).IsAsync(200)).GetProperty("items").GetArrayLength());
    }

    private static string NewKey() => Guid.NewGuid().ToString();

    private Task<string> StudentAsync() => app.TokenAsync($"p-{Guid.NewGuid():N}"[..20]);

    private Task<HttpResponseMessage> PlaceAsync(string token, string dish, int quantity, string? key = null, string? note = null)
        => app.PostAsync("/api/v1/orders", token, new { lines = new[] { new { itemId = dish, quantity, note } } }, key is null ? [] : [("Idempotency-Key", key)]);
}
