using System.Text.Json;
using Cafeteria.Accounts;
using Cafeteria.Operations;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;

namespace Cafeteria.Tests.Operations;

/// <summary>Each part made to fail on purpose: what its users see, that it is told, and that it heals.</summary>
[Collection(ChaosCollection.Name)]
public sealed class ChaosTests(ChaosApp app) : IAsyncLifetime
{
    public Task InitializeAsync() => app.HealAsync();

    public Task DisposeAsync() => app.HealAsync();

    [Fact]
    public async Task A_failing_gateway_refuses_says_so_everywhere_and_is_healed_from_the_desk()
    {
        await app.BreakAsync("gateway");

        await (await app.GetAsync("/api/v1/menu")).IsProblemAsync(503, "unavailable");
        var health = await (await app.GetAsync("/api/health")).IsAsync(200);
        Assert.Equal("made to fail on purpose", health.GetProperty("checks").Text("gateway"));
        Assert.Equal("ok", health.Text("status"));
        var metrics = await (await app.GetAsync("/metrics")).Content.ReadAsStringAsync();
        Assert.Contains("cafeteria_chaos_active{tenant=\"iut\",part=\"gateway\",mode=\"error\"} 1", metrics, StringComparison.Ordinal);
        Assert.Contains("cafeteria_chaos_injected_total{mode=\"error\",part=\"gateway\",tenant=\"iut\"}", metrics, StringComparison.Ordinal);
        var told = (await (await app.GetAsync("/api/v1/admin/chaos", await app.AdminAsync())).IsAsync(200)).GetProperty("faults")[0];
        Assert.Equal(("gateway", "error", "admin-001"), (told.Text("part"), told.Text("mode"), told.Text("by")));
        Assert.True(told.Number("struck") >= 1);

        await app.HealAsync();
        await (await app.GetAsync("/api/v1/menu")).IsAsync(200);
        Assert.Equal("ok", (await app.HealthAsync()).GetProperty("checks").Text("gateway"));
    }

    [Fact]
    public async Task An_order_whose_answer_a_crash_swallowed_stands_once()
    {
        var (student, dish, key) = (await app.TokenAsync($"crashed-{Guid.NewGuid():N}"), await app.AddDishAsync(5), Guid.NewGuid().ToString());
        await app.BreakAsync("gateway", "crash");

        await Assert.ThrowsAsync<HttpRequestException>(() => app.PlaceAsync(student, dish, key));
        await app.HealAsync();

        var first = await app.PlaceAsync(student, dish, key);
        var orders = (await (await app.GetAsync("/api/v1/orders", student)).IsAsync(200)).GetProperty("items");
        Assert.Equal(first.Text("id"), Assert.Single(orders.EnumerateArray()).Text("id"));
        Assert.Equal(4, await OnHandAsync(dish));
    }

    [Fact]
    public async Task Nobody_signs_in_while_identity_fails_and_those_who_are_go_on_and_it_ends_by_itself()
    {
        var student = await app.TokenAsync("student1");
        await app.BreakAsync("identity", seconds: 1);

        await (await SignInAsync()).IsProblemAsync(503, "unavailable");
        Assert.Equal("made to fail on purpose", (await app.HealthAsync()).GetProperty("checks").Text("identity"));
        await (await app.GetAsync("/api/v1/orders", student)).IsAsync(200);
        await Eventually.HoldsAsync("identity heals by itself", TimeSpan.FromSeconds(10), async () =>
        {
            using var answer = await SignInAsync();
            return answer.IsSuccessStatusCode;
        });

        Task<HttpResponseMessage> SignInAsync() => app.PostAsync("/api/v1/auth/login", null, new { login = "student1", password = "password123" });
    }

    [Fact]
    public async Task With_stock_failing_an_order_waits_and_goes_through_when_it_is_back()
    {
        var (student, dish) = (await app.TokenAsync($"waits-{Guid.NewGuid():N}"), await app.AddDishAsync(5));
        await app.BreakAsync("stock", seconds: 1);

        var order = await app.PlaceAsync(student, dish);

        Assert.Equal("pending", order.Text("status"));
        Assert.Equal("made to fail on purpose", (await app.HealthAsync()).GetProperty("checks").Text("stock"));
        await app.ReachesAsync(student, order.Text("id"), "ready");
        Assert.Equal(4, await OnHandAsync(dish));
    }

    [Fact]
    public async Task With_stock_failing_to_the_end_an_order_is_rejected_and_nothing_is_held()
    {
        var (student, dish) = (await app.TokenAsync($"rejected-{Guid.NewGuid():N}"), await app.AddDishAsync(5));
        // Every second call fails: some tries hold what they then cannot use, and cannot give back.
        await app.BreakAsync("kitchen");
        await app.BreakAsync("stock", rate: 0.5);

        var order = await app.PlaceAsync(student, dish);
        await app.ReachesAsync(student, order.Text("id"), "rejected");
        await app.HealAsync();

        var history = (await (await app.GetAsync($"/api/v1/orders/{order.Text("id")}", student)).IsAsync(200)).GetProperty("history");
        Assert.Equal("unreachable", history[history.GetArrayLength() - 1].Text("reason"));
        await Eventually.HoldsAsync("nothing is held", TimeSpan.FromSeconds(15), async () =>
        {
            var stock = await StockAsync(dish);
            return (stock.Number("held"), stock.Number("sold"), stock.Number("onHand")) == (0, 0, 5);
        });
    }

    [Fact]
    public async Task With_stock_slow_an_order_is_placed_all_the_same_only_later()
    {
        var (student, dish) = (await app.TokenAsync($"slow-{Guid.NewGuid():N}"), await app.AddDishAsync(5));
        await app.BreakAsync("stock", "latency", latencyMs: 700);

        var order = await app.PlaceAsync(student, dish);

        Assert.Equal("stock_verified", order.Text("status"));
        Assert.Equal("made slow on purpose", (await app.HealthAsync()).GetProperty("checks").Text("stock"));
    }

    [Fact]
    public async Task A_crashing_kitchen_finds_its_tickets_again()
    {
        var (student, dish) = (await app.TokenAsync($"kitchen-{Guid.NewGuid():N}"), await app.AddDishAsync(5, prepSeconds: 3));
        var before = await app.PlaceAsync(student, dish);
        await app.ReachesAsync(student, before.Text("id"), "in_kitchen");
        await app.BreakAsync("kitchen", "crash");

        var during = await app.PlaceAsync(student, dish);

        Assert.Equal("pending", during.Text("status"));
        Assert.Equal("made to crash on purpose", (await app.HealthAsync()).GetProperty("checks").Text("kitchen"));
        await app.HealAsync();
        await app.ReachesAsync(student, before.Text("id"), "ready");
        await app.ReachesAsync(student, during.Text("id"), "ready");
    }

    [Fact]
    public async Task A_tracker_hears_of_its_order_although_notifications_fail()
    {
        var (student, dish) = (await app.TokenAsync($"unheard-{Guid.NewGuid():N}"), await app.AddDishAsync(5));
        await app.BreakAsync("notifications");

        var order = await app.PlaceAsync(student, dish);

        Assert.Equal("made to fail on purpose", (await app.HealthAsync()).GetProperty("checks").Text("notifications"));
        await app.EventAsync($"/api/v1/orders/{order.Text("id")}/events", student, "status", data => data.Text("status") == "ready", "a ready order");
        var struck = (await (await app.GetAsync("/api/v1/admin/chaos", await app.AdminAsync())).IsAsync(200)).GetProperty("faults")[0].Number("struck");
        Assert.True(struck > 0, "no notification was lost on purpose");
    }

    [Fact]
    public async Task Only_admins_may_and_only_in_their_own_cafeteria()
    {
        foreach (var role in new[] { Role.Student, Role.Kitchen, Role.Manager })
            await (await app.PostAsync("/api/v1/admin/chaos", await app.TokenAsync("somebody", role), new { part = "stock", mode = "error" })).IsProblemAsync(403, "forbidden");
        await app.BreakAsync("gateway");

        await (await app.GetAsync("/api/v1/menu", null, ("X-Tenant-ID", "spice-route"))).IsAsync(200);
        var elsewhere = await app.TokenAsync("admin", Role.Admin, "spice-route");
        Assert.Equal(0, (await (await app.SendAsync(HttpMethod.Delete, "/api/v1/admin/chaos", elsewhere)).IsAsync(200)).GetProperty("faults").GetArrayLength());
        await (await app.GetAsync("/api/v1/menu")).IsProblemAsync(503, "unavailable");
    }

    [Theory]
    [InlineData("""{"part":"moon","mode":"error"}""")]
    [InlineData("""{"part":"stock","mode":"boom"}""")]
    [InlineData("""{"part":"stock"}""")]
    [InlineData("""{"mode":"error"}""")]
    [InlineData("""{"part":"stock","mode":"error","rate":0}""")]
    [InlineData("""{"part":"stock","mode":"error","rate":1.1}""")]
    [InlineData("""{"part":"stock","mode":"error","for":0}""")]
    [InlineData("""{"part":"stock","mode":"error","for":601}""")]
    [InlineData("""{"part":"stock","mode":"latency","latencyMs":49}""")]
    [InlineData("""{"part":"stock","mode":"latency","latencyMs":10001}""")]
    public async Task What_is_out_of_bounds_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        await (await app.PostAsync("/api/v1/admin/chaos", await app.AdminAsync(), content)).IsProblemAsync(400, "invalid_request");
        await (await app.SendAsync(HttpMethod.Delete, "/api/v1/admin/chaos?part=moon", await app.AdminAsync())).IsProblemAsync(400, "invalid_request");
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Staging", null, true)]
    [InlineData("Production", null, false)]
    [InlineData("Production", "true", true)]
    [InlineData("Development", "false", false)]
    public void It_is_off_in_production_unless_configured_on(string environment, string? enabled, bool allowed)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            enabled is null ? [] : new Dictionary<string, string?> { ["Chaos:Enabled"] = enabled }).Build();
        Assert.Equal(allowed, ChaosOptions.Allows(configuration, new HostingEnvironment { EnvironmentName = environment }));
    }

    private async Task<JsonElement> StockAsync(string dish)
        => await (await app.GetAsync($"/api/v1/stock/{dish}", await app.TokenAsync("manager1", Role.Manager))).IsAsync(200);

    private async Task<int> OnHandAsync(string dish) => (await StockAsync(dish)).Number("onHand");
}

/// <summary>Where nothing may fail on purpose.</summary>
public sealed class NoChaosTests(NoChaosTests.QuietApp app) : IClassFixture<NoChaosTests.QuietApp>
{
    [Fact]
    public async Task Turned_off_it_says_so_and_does_nothing()
    {
        var admin = await app.TokenAsync("admin-001", Role.Admin);

        await (await app.PostAsync("/api/v1/admin/chaos", admin, new { part = "gateway", mode = "error" })).IsProblemAsync(403, "turned_off");
        Assert.False((await (await app.GetAsync("/api/v1/admin/chaos", admin)).IsAsync(200)).GetProperty("enabled").GetBoolean());
        await (await app.GetAsync("/api/v1/menu")).IsAsync(200);
    }

    public sealed class QuietApp : CafeteriaApp
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Chaos:Enabled", "false")];
    }
}
