using System.Text.Json;
using Cafeteria.Accounts;
using Cafeteria.Operations;

namespace Cafeteria.Tests.Operations;

/// <summary>The desk's stream: is it up, is it fast, are we selling.</summary>
[Collection(ChaosCollection.Name)]
public sealed class NowTests(ChaosApp app)
{
    private const string Events = "/api/v1/admin/now/events";

    [Fact]
    public async Task The_first_event_brings_the_hour_before()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        await (await app.GetAsync("/api/v1/orders", manager)).IsAsync(200);

        var snapshot = await app.EventAsync(Events, manager, "snapshot", _ => true, "a snapshot");

        var minutes = snapshot.GetProperty("minutes").EnumerateArray().Select(minute => minute.GetProperty("at").GetDateTimeOffset()).ToArray();
        Assert.Equal(60, minutes.Length);
        Assert.All(minutes.Zip(minutes.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(1), pair.Second - pair.First));
        var now = snapshot.GetProperty("now");
        Assert.Equal(["database", "silo", "gateway", "identity", "stock", "kitchen", "notifications"], now.GetProperty("parts").EnumerateArray().Select(part => part.Text("part")));
        Assert.All(now.GetProperty("parts").EnumerateArray(), part => Assert.Equal("ok", part.Text("state")));
        Assert.Equal("main", now.GetProperty("stations")[0].Text("id"));
    }

    [Fact]
    public async Task Orders_and_refusals_and_trackers_move_the_figures_of_their_own_cafeteria_alone()
    {
        var (manager, student) = (await app.TokenAsync("manager1", Role.Manager), await app.TokenAsync($"now-{Guid.NewGuid():N}"));
        var before = (await app.EventAsync(Events, manager, "snapshot", _ => true, "a snapshot")).GetProperty("now");
        var (dish, soldOut) = (await app.AddDishAsync(5), await app.AddDishAsync(0));

        await app.PlaceAsync(student, dish);
        await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = soldOut, quantity = 1 } } })).IsProblemAsync(422, "out_of_stock");

        var after = await app.EventAsync(Events, manager, "now",
            now => Orders(now, "accepted") >= 1 && Orders(now, "refused") >= 1 && Of(now, "ready") > Of(before, "ready"), "an accepted order, a refusal, and one more that is ready");
        Assert.True(after.GetProperty("orders").GetProperty("takings").Number("amount") >= 10000);
        Assert.True(after.GetProperty("requests").GetProperty("p99").GetDouble() >= after.GetProperty("requests").GetProperty("p50").GetDouble());
        Assert.True(after.GetProperty("minutes").EnumerateArray().Sum(minute => minute.Number("accepted")) >= 1);

        var elsewhere = (await app.EventAsync(Events, await app.TokenAsync("manager1", Role.Manager, "spice-route"), "snapshot", _ => true, "a snapshot")).GetProperty("now");
        Assert.Equal((0, 0), (Orders(elsewhere, "accepted"), elsewhere.GetProperty("states").GetArrayLength()));
        Assert.Equal("INR", elsewhere.GetProperty("orders").GetProperty("takings").Text("currency"));

        static int Orders(JsonElement now, string name) => now.GetProperty("orders").Number(name);

        static int Of(JsonElement now, string status) => now.GetProperty("states").EnumerateArray()
            .Where(state => state.Text("status") == status).Sum(state => state.Number("count"));
    }

    [Fact]
    public async Task What_is_broken_on_purpose_is_told_until_it_is_healed()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        await app.BreakAsync("kitchen", "error");

        var broken = await app.EventAsync(Events, manager, "now", now => Kitchen(now).GetProperty("onPurpose").ValueKind is not JsonValueKind.Null, "a kitchen broken on purpose");
        Assert.Equal("error", Kitchen(broken).GetProperty("onPurpose").Text("mode"));
        await app.HealAsync();
        await app.EventAsync(Events, manager, "now",
            now => Kitchen(now) is var kitchen && kitchen.GetProperty("onPurpose").ValueKind is JsonValueKind.Null && kitchen.Text("state") == "ok", "a kitchen that is healed");

        static JsonElement Kitchen(JsonElement now) => now.GetProperty("parts").EnumerateArray().First(part => part.Text("part") == "kitchen");
    }

    [Fact]
    public async Task It_is_for_managers()
    {
        foreach (var role in new[] { Role.Student, Role.Waiter, Role.Kitchen })
            await (await app.GetAsync(Events, await app.TokenAsync("somebody", role))).IsProblemAsync(403, "forbidden");
    }

    [Fact]
    public void Percentiles_are_within_a_tenth_of_the_truth()
    {
        var slot = new RequestTimes.Slot();
        for (var i = 1; i <= 1000; i++)
            slot.Record(i / 1000.0, error: i > 990);

        var times = slot.Sum();

        Assert.Equal((1000, 10), (times.Requests, times.Errors));
        Assert.InRange(times.Average!.Value, 0.5, 0.501);
        Assert.InRange(times.P50!.Value, 0.45, 0.55);
        Assert.InRange(times.P95!.Value, 0.86, 1.04);
        Assert.InRange(times.P99!.Value, 0.9, 1.09);
    }

    [Theory]
    [InlineData("/api/v1/orders", true)]
    [InlineData("/api/v1/menu/items/{id}", true)]
    [InlineData("/api/v1/orders/{id}/events", false)]
    [InlineData("/ws/v1/order-tracking/{id}", false)]
    [InlineData("/metrics", false)]
    [InlineData("/healthz", false)]
    public void Only_requests_that_somebody_waits_for_count(string route, bool counts) => Assert.Equal(counts, RequestTimes.Counts(route));
}
