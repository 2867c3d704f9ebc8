using Cafeteria.Accounts;

namespace Cafeteria.Tests.Http;

[Collection(AppCollection.Name)]
public sealed class TenantTests(CafeteriaApp app)
{
    private const string Header = "X-Tenant-ID";

    [Fact]
    public async Task Before_sign_in_the_header_names_the_cafeteria_and_the_default_is_iut()
    {
        Assert.Contains("ramen", await (await app.GetAsync("/api/v1/menu")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        foreach (var name in new[] { "spice-route", "Spice-Route", "11111111-1111-1111-1111-111111111111" })
            Assert.Contains("\"INR\"", await (await app.GetAsync("/api/v1/menu", null, (Header, name))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("iut/menu")]
    [InlineData("iut,spice-route")]
    [InlineData("../iut")]
    public async Task An_unknown_cafeteria_is_said_to_be_unknown(string name)
        => await (await app.GetAsync("/api/v1/menu", null, (Header, name))).IsProblemAsync(404, "unknown_tenant");

    [Fact]
    public async Task After_sign_in_a_header_that_disagrees_is_refused()
    {
        var token = await app.TokenAsync("student1");
        foreach (var path in new[] { "/api/v1/me", "/api/v1/orders", "/api/v1/menu", "/api/v1/orders/aaaaaaaaaaaaaaaaaaaaaaaaaa/events" })
            foreach (var name in new[] { "spice-route", "nowhere" })
                await (await app.GetAsync(path, token, (Header, name))).IsProblemAsync(403, "tenant_mismatch");
        await (await app.GetAsync("/api/v1/me", token, (Header, "IUT"))).IsAsync(200);
    }

    [Fact]
    public async Task Whose_token_is_not_believed_is_not_shown_the_default_cafeteria_instead_of_their_own()
    {
        var (good, ended) = (await app.TokenAsync("waiter1", Role.Waiter, "spice-route"), await app.TokenAsync("waiter1", Role.Waiter, "spice-route"));
        await (await app.PostAsync("/api/v1/auth/logout", ended)).IsAsync(204);
        foreach (var token in new[] { ended, $"{good}x", "x" })
        {
            foreach (var path in new[] { "/api/v1/menu", "/api/v1/menu/items/ramen", "/api/v1/orders" })
            {
                using var answer = await app.GetAsync(path, token);
                await answer.IsProblemAsync(401, "unauthorized");
                Assert.Equal("Bearer error=\"invalid_token\"", answer.Headers.WwwAuthenticate.Single().ToString());
            }

            await (await app.PostAsync("/api/v1/auth/login", token, new { login = $"x{Guid.NewGuid():N}", password = "wrong-password" })).IsProblemAsync(401, "invalid_credentials");
            foreach (var path in new[] { "/", "/healthz", "/readyz", "/openapi/v1.json" })
                Assert.Equal(200, (int)(await app.GetAsync(path, token, ("Accept", "*/*"))).StatusCode);
        }

        Assert.Contains("\"INR\"", await (await app.GetAsync("/api/v1/menu", good)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_another_cafeteria_nothing_is_to_be_seen_or_touched()
    {
        var dish = await app.AddDishAsync(5, prepSeconds: 60);
        var order = (await (await app.PostAsync("/api/v1/orders", await app.TokenAsync("tenant-test"), new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202)).Text("id");
        var manager = await app.TokenAsync("manager1", Role.Manager, "spice-route");

        foreach (var path in new[] { $"/api/v1/orders/{order}", $"/api/v1/orders/{order}/events", $"/api/v1/stock/{dish}", $"/api/v1/menu/items/{dish}" })
            await (await app.GetAsync(path, manager)).IsProblemAsync(404, "not_found");
        foreach (var path in new[] { $"/api/v1/orders/{order}/cancel", $"/api/v1/orders/{order}/complete", $"/api/v1/kitchen/stations/main/tickets/{order}/start" })
            await (await app.PostAsync(path, manager)).IsProblemAsync(404, "not_found");
        await (await app.PostAsync($"/api/v1/stock/{dish}/receive", manager, new { quantity = 1 })).IsProblemAsync(404, "not_found");
        await (await app.SendAsync(HttpMethod.Delete, $"/api/v1/menu/items/{dish}", manager)).IsProblemAsync(404, "not_found");
        var list = await (await app.GetAsync("/api/v1/orders", manager)).IsAsync(200);
        Assert.DoesNotContain(list.GetProperty("items").EnumerateArray(), item => item.Text("id") == order);
    }

    [Fact]
    public async Task A_super_admin_may_name_any_cafeteria()
    {
        var token = await app.TokenAsync("root", Role.SuperAdmin);
        await (await app.GetAsync("/api/v1/stock", token, (Header, "spice-route"))).IsAsync(200);
        await (await app.GetAsync("/api/v1/stock/ramen", token)).IsAsync(200);
        await (await app.GetAsync("/api/v1/stock/ramen", token, (Header, "spice-route"))).IsProblemAsync(404, "not_found");
        await (await app.GetAsync("/api/v1/stock", token, (Header, "nowhere"))).IsProblemAsync(404, "unknown_tenant");
    }
}
