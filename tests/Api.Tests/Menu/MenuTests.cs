using Cafeteria.Accounts;
using Cafeteria.Menu;

namespace Cafeteria.Tests.Menu;

[Collection(AppCollection.Name)]
public sealed class MenuTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_menu_that_is_known_is_not_sent_again()
    {
        using var first = await app.GetAsync("/api/v1/menu", null, ("X-Tenant-ID", "spice-route"));
        var tag = first.Headers.ETag!.Tag;
        foreach (var header in new[] { tag, $"W/{tag}", $"\"x\", {tag}", "*" })
        {
            using var again = await app.GetAsync("/api/v1/menu", null, ("X-Tenant-ID", "spice-route"), ("If-None-Match", header));
            Assert.Equal((304, 0), ((int)again.StatusCode, (await again.Content.ReadAsStringAsync()).Length));
        }

        await (await app.GetAsync("/api/v1/menu", null, ("X-Tenant-ID", "spice-route"), ("If-None-Match", "\"other\""))).IsAsync(200);
    }

    [Fact]
    public async Task Search_and_category_narrow_the_menu()
    {
        var found = await (await app.GetAsync("/api/v1/menu?search=BIRIYANI")).IsAsync(200);
        Assert.Contains(found.GetProperty("items").EnumerateArray(), item => item.Text("id") == "chicken-biriyani");
        Assert.All((await (await app.GetAsync("/api/v1/menu?category=main")).IsAsync(200)).GetProperty("items").EnumerateArray(), item => Assert.Equal("main", item.Text("categoryId")));
        Assert.Empty((await (await app.GetAsync("/api/v1/menu?search=zzzzzz")).IsAsync(200)).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_dish_is_added_changed_and_taken_off()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        var name = $"Test Dish {Guid.NewGuid():N}"[..20];
        object Dish(long amount) => new { name, categoryId = "main", price = new { amount, currency = "BDT" } };

        using var added = await app.PostAsync("/api/v1/menu/items", manager, Dish(100));
        var item = await added.IsAsync(201);
        var path = $"/api/v1/menu/items/{item.Text("id")}";
        Assert.Equal(path, added.Headers.Location?.OriginalString);
        Assert.Equal(Slug.From(name), item.Text("id"));
        Assert.Equal((0, "sold_out"), (item.GetProperty("stock").Number("onHand"), item.GetProperty("stock").Text("level")));
        await (await app.PostAsync("/api/v1/menu/items", manager, Dish(100))).IsProblemAsync(409, "item_exists");

        Assert.Equal(250, (await (await app.SendAsync(HttpMethod.Put, path, manager, Dish(250))).IsAsync(200)).GetProperty("price").Number("amount"));
        Assert.Equal(250, (await (await app.GetAsync(path)).IsAsync(200)).GetProperty("price").Number("amount"));

        await (await app.SendAsync(HttpMethod.Delete, path, manager)).IsAsync(204);
        await (await app.GetAsync(path)).IsProblemAsync(404, "not_found");
        await (await app.PostAsync("/api/v1/orders", manager, new { lines = new[] { new { itemId = item.Text("id"), quantity = 1 } } })).IsProblemAsync(422, "unknown_item");
    }

    [Fact]
    public async Task Who_has_not_seen_the_newest_edit_of_a_dish_does_not_undo_it()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        var id = await app.AddDishAsync(5);
        var seen = (await (await app.GetAsync($"/api/v1/menu/items/{id}")).IsAsync(200)).Text("version");

        var first = await (await PutAsync(200, $"\"{seen}\"")).IsAsync(200);
        await (await PutAsync(300, $"\"{seen}\"")).IsProblemAsync(412, "changed_meanwhile");
        var now = await (await app.GetAsync($"/api/v1/menu/items/{id}")).IsAsync(200);
        Assert.Equal((200, first.Text("version")), (now.GetProperty("price").Number("amount"), now.Text("version")));

        // A sale is no edit.
        await (await app.PostAsync("/api/v1/orders", manager, new { lines = new[] { new { itemId = id, quantity = 1 } } })).IsAsync(202);
        await (await PutAsync(300, $"\"{now.Text("version")}\"")).IsAsync(200);
        await (await PutAsync(400, "*")).IsAsync(200);
        foreach (var wrong in new[] { "bare", "\"\"", "\"a\", \"b\"", "W/\"a\"", new string('"', 200) })
            await (await PutAsync(500, wrong)).IsProblemAsync(400, "invalid_request");

        Task<HttpResponseMessage> PutAsync(int amount, string ifMatch) => app.SendAsync(
            HttpMethod.Put, $"/api/v1/menu/items/{id}", manager, new { name = id, categoryId = "main", price = new { amount, currency = "BDT" } }, ("If-Match", ifMatch));
    }

    [Theory]
    [InlineData("Chicken Biriyani", "chicken-biriyani")]
    [InlineData("  Fish & Chips!! ", "fish-chips")]
    [InlineData("100% Juice", "100-juice")]
    public void Ids_are_made_from_names(string name, string id) => Assert.Equal(id, Slug.From(name));

    [Fact]
    public void A_name_without_Latin_letters_gets_an_id_of_its_own()
    {
        Assert.True(Slug.IsValid(Slug.From("কাচ্চি বিরিয়ানি")));
        Assert.NotEqual(Slug.From("কাচ্চি"), Slug.From("কাচ্চি"));
    }
}
