using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Audit;

[Collection(AppCollection.Name)]
public sealed class AuditTests(CafeteriaApp app)
{
    [Fact]
    public async Task Every_change_of_a_dish_says_who_did_it_and_what_was_there_before()
    {
        var manager = await app.TokenAsync("audit-manager", Role.Manager);
        var id = await app.AddDishAsync(0);
        object Dish(long amount, bool available) => new { name = id, categoryId = "main", price = new { amount, currency = "BDT" }, prepSeconds = 1, available };
        await (await app.SendAsync(HttpMethod.Put, $"/api/v1/menu/items/{id}", manager, Dish(12000, false))).IsAsync(200);
        await (await app.SendAsync(HttpMethod.Put, $"/api/v1/menu/items/{id}", manager, Dish(12000, false))).IsAsync(200);
        await (await app.SendAsync(HttpMethod.Delete, $"/api/v1/menu/items/{id}", manager)).IsAsync(204);

        var entries = await ListAsync(manager, $"about=menu/{id}");
        Assert.Equal(["dish_deleted", "dish_changed", "dish_added"], entries.Select(entry => entry.Text("action")));
        var changed = entries[1];
        Assert.Equal(("audit-manager", "Name of audit-manager"), (changed.Text("by"), changed.Text("byName")));
        Assert.Equal(
            [("price", "100.00 BDT", "120.00 BDT"), ("available", "yes", "no")],
            changed.GetProperty("changes").EnumerateArray().Select(change => (change.Text("field"), change.Text("before"), change.Text("after"))));
    }

    [Fact]
    public async Task Stock_stations_and_orders_of_others_are_written_down_and_one_s_own_order_is_not()
    {
        var (who, id) = ($"audit-{Guid.NewGuid():N}"[..20], await app.AddDishAsync(20, prepSeconds: 600));
        var manager = await app.TokenAsync(who, Role.Manager);
        await (await app.PostAsync($"/api/v1/stock/{id}/receive", manager, new { quantity = 5, reference = "DN-9" })).IsAsync(200);
        await (await app.PostAsync($"/api/v1/stock/{id}/write-off", manager, new { quantity = 2, reason = "spilt" })).IsAsync(200);
        await (await app.PostAsync($"/api/v1/stock/{id}/count", manager, new { counted = 20 })).IsAsync(200);
        await (await app.SendAsync(HttpMethod.Put, $"/api/v1/stock/{id}/reorder-level", manager, new { level = 3 })).IsAsync(200);
        var theirs = await PlaceAsync(id, await app.TokenAsync("audit-student"));
        var mine = await PlaceAsync(id, manager);
        await (await app.PostAsync($"/api/v1/orders/{theirs}/cancel", manager, new { reason = "allergy" })).IsAsync(200);
        await (await app.PostAsync($"/api/v1/orders/{theirs}/cancel", manager, new { reason = "again" })).IsAsync(200);
        await (await app.PostAsync($"/api/v1/orders/{mine}/cancel", manager)).IsAsync(200);

        var entries = await ListAsync(manager, $"by={who}");
        Assert.Equal(
            ["order_cancelled", "reorder_level_set", "stock_counted", "stock_written_off", "stock_received"], entries.Select(entry => entry.Text("action")));
        Assert.Equal($"orders/{theirs}", entries[0].Text("about"));
        Assert.Contains("23", entries[2].ToString(), StringComparison.Ordinal);
        Assert.All(await ListAsync(manager, $"by={who}&about=stock"), entry => Assert.Equal($"stock/{id}", entry.Text("about")));
    }

    [Fact]
    public async Task What_is_said_twice_is_written_down_once_and_as_it_was_the_first_time()
    {
        var (who, id) = ($"audit-{Guid.NewGuid():N}"[..20], await app.AddDishAsync(5));
        var manager = await app.TokenAsync(who, Role.Manager);
        foreach (var quantity in (int[])[7, 70])
            Assert.Equal(12, (await (await app.PostAsync($"/api/v1/stock/{id}/receive", manager, new { quantity }, ("Idempotency-Key", "k"))).IsAsync(200)).Number("onHand"));
        foreach (var quantity in (int[])[8, 2, 8])
            Assert.Equal(4, (await (await app.PostAsync($"/api/v1/stock/{id}/write-off", manager, new { quantity, reason = "spilt" }, ("Idempotency-Key", "k"))).IsAsync(200)).Number("onHand"));

        var entries = await ListAsync(manager, $"by={who}");
        Assert.Equal(["stock_written_off", "stock_received"], entries.Select(entry => entry.Text("action")));
        Assert.Equal([("8", "12", "4"), ("7", "5", "12")], entries.Select(entry => (Change(entry, "quantity").Text("after"), Change(entry, "onHand").Text("before"), Change(entry, "onHand").Text("after"))));
    }

    [Fact]
    public async Task Of_many_who_do_the_same_at_once_the_one_who_did_it_is_written_down()
    {
        var (reader, id) = (await app.TokenAsync("audit-manager", Role.Manager), await app.AddDishAsync(20, prepSeconds: 600));
        var order = await PlaceAsync(id, await app.TokenAsync("audit-student"));
        var managers = await Task.WhenAll(Enumerable.Range(1, 8).Select(n => app.TokenAsync($"audit-m{n}", Role.Manager)));

        foreach (var answer in await Task.WhenAll(managers.Select(manager => app.PostAsync($"/api/v1/kitchen/items/{id}/sold-out", manager))))
            await answer.IsAsync(200);
        foreach (var answer in await Task.WhenAll(managers.Select(manager => app.PostAsync($"/api/v1/orders/{order}/cancel", manager))))
            await answer.IsAsync(200);

        Assert.Single(await ListAsync(reader, $"about=menu/{id}"), entry => entry.Text("action") == "dish_sold_out");
        var cancelled = (await (await app.GetAsync($"/api/v1/orders/{order}", reader)).IsAsync(200)).GetProperty("history").EnumerateArray().Last();
        Assert.Equal(cancelled.Text("by"), Assert.Single(await ListAsync(reader, $"about=orders/{order}")).Text("by"));
    }

    [Fact]
    public async Task What_was_so_already_is_not_written_down()
    {
        var (who, id) = ($"audit-{Guid.NewGuid():N}"[..20], await app.AddDishAsync(0));
        var admin = await app.TokenAsync(who, Role.Admin);
        var login = $"st-{Guid.NewGuid():N}"[..16];
        var added = await (await app.PostAsync("/api/v1/staff", admin, new { login, fullName = "New Person", role = "waiter" })).IsAsync(201);
        await (await app.PostAsync("/api/v1/auth/login", null, new { login, password = added.Text("temporaryPassword") })).IsAsync(200);
        for (var time = 0; time < 2; time++)
        {
            await (await app.PostAsync($"/api/v1/staff/{login}/sign-out", admin)).IsAsync(200);
            await (await app.PostAsync($"/api/v1/staff/{login}/unlock", admin)).IsAsync(200);
            using var picture = new ByteArrayContent([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1]);
            await (await app.SendAsync(HttpMethod.Put, $"/api/v1/menu/items/{id}/picture", admin, picture)).IsAsync(200);
        }

        Assert.Equal(["picture_set", "staff_signed_out", "staff_added"], (await ListAsync(admin, $"by={who}")).Select(entry => entry.Text("action")));
    }

    [Fact]
    public async Task The_audit_is_read_page_by_page_by_managers_of_the_same_cafeteria_alone()
    {
        var who = $"audit-{Guid.NewGuid():N}"[..20];
        var (manager, id) = (await app.TokenAsync(who, Role.Manager), await app.AddDishAsync(0));
        for (var level = 1; level <= 5; level++)
            await (await app.SendAsync(HttpMethod.Put, $"/api/v1/stock/{id}/reorder-level", manager, new { level })).IsAsync(200);

        var (levels, cursor) = (new List<string>(), (string?)null);
        do
        {
            var page = await (await app.GetAsync($"/api/v1/audit?by={who}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}", manager)).IsAsync(200);
            levels.AddRange(page.GetProperty("items").EnumerateArray().Select(entry => entry.GetProperty("changes")[0].Text("after")));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);
        Assert.Equal(["5", "4", "3", "2", "1"], levels);

        Assert.Empty(await ListAsync(manager, $"by={who}&to=2020-01-01T00:00:00Z"));
        Assert.Empty(await ListAsync(await app.TokenAsync(who, Role.Manager, "spice-route"), $"by={who}"));
        await (await app.GetAsync("/api/v1/audit", await app.TokenAsync("kitchen1", Role.Kitchen))).IsProblemAsync(403, "forbidden");
        await (await app.GetAsync("/api/v1/audit?cursor=abc", manager)).IsProblemAsync(400, "invalid_request");
    }

    private static JsonElement Change(JsonElement entry, string field) => entry.GetProperty("changes").EnumerateArray().Single(change => change.Text("field") == field);

    private async Task<string> PlaceAsync(string dish, string token)
        => (await (await app.PostAsync("/api/v1/orders", token, new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202)).Text("id");

    private async Task<JsonElement[]> ListAsync(string token, string query)
        => [.. (await (await app.GetAsync($"/api/v1/audit?{query}", token)).IsAsync(200)).GetProperty("items").EnumerateArray()];
}
