using System.Net.ServerSentEvents;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Kitchen;

[Collection(AppCollection.Name)]
public sealed class KitchenTests(CafeteriaApp app)
{
    // Of the other cafeteria, so that the kitchen of all other tests goes on by itself.
    private const string Tenant = "spice-route";

    [Fact]
    public async Task A_cook_starts_finishes_and_hands_over_and_the_wall_sees_it()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager, Tenant);
        var cook = await app.TokenAsync("kitchen_staff1", Role.Kitchen, Tenant);
        var student = await app.TokenAsync("guest", Role.Student, Tenant);
        var station = await (await app.SendAsync(HttpMethod.Put, "/api/v1/kitchen/stations/main", manager, new { cooks = 3, mode = "manual" })).IsAsync(200);
        Assert.Equal((3, "manual"), (station.Number("cooks"), station.Text("mode")));
        var dish = (await (await app.GetAsync("/api/v1/menu", manager)).IsAsync(200)).GetProperty("items").EnumerateArray()
            .First(item => item.GetProperty("stock").Number("onHand") > 0).Text("id");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var wall = await app.Http.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/kitchen/events?access_token={cook}", UriKind.Relative)), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        var events = SseParser.Create(await wall.Content.ReadAsStreamAsync(limit.Token)).EnumerateAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("snapshot", events.Current.EventType);

        var id = (await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 2, note = "hot" } } })).IsAsync(202)).Text("id");
        await SeesAsync("queued");
        var ticket = (await (await app.GetAsync("/api/v1/kitchen/stations/main/tickets", cook)).IsAsync(200)).GetProperty("items").EnumerateArray().Single(t => t.Text("orderId") == id);
        Assert.Equal((dish, 2, "hot"), (ticket.GetProperty("lines")[0].Text("itemId"), ticket.GetProperty("lines")[0].Number("quantity"), ticket.GetProperty("lines")[0].Text("note")));

        var path = $"/api/v1/kitchen/stations/main/tickets/{id}";
        for (var i = 0; i < 2; i++)
            Assert.Equal("cooking", (await (await app.PostAsync($"{path}/start", cook)).IsAsync(200)).Text("status"));
        await SeesAsync("cooking");
        Assert.Equal("done", (await (await app.PostAsync($"{path}/done", cook)).IsAsync(200)).Text("status"));
        await SeesAsync("done");
        await Eventually.HoldsAsync("the order is ready", TimeSpan.FromSeconds(20),
            async () => (await (await app.GetAsync($"/api/v1/orders/{id}", student)).IsAsync(200)).Text("status") == "ready");

        var handedOver = await (await app.PostAsync($"/api/v1/orders/{id}/complete", await app.TokenAsync("waiter1", Role.Waiter, Tenant))).IsAsync(200);
        Assert.Equal("completed", handedOver.Text("status"));
        await (await app.PostAsync($"{path}/start", cook)).IsProblemAsync(409, "invalid_step");

        async Task SeesAsync(string status)
        {
            try
            {
                while (await events.MoveNextAsync())
                    if (events.Current.EventType == "ticket" && JsonDocument.Parse(events.Current.Data).RootElement is var t && t.Text("orderId") == id && t.Text("status") == status)
                        return;
            }
            catch (OperationCanceledException)
            {
                // Said below.
            }

            Assert.Fail($"The wall never showed the ticket as {status}.");
        }
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        await (await app.GetAsync("/api/v1/kitchen/stations/none/tickets", manager)).IsProblemAsync(404, "not_found");
        await (await app.GetAsync("/api/v1/kitchen/events?station=none", manager)).IsProblemAsync(404, "not_found");
        await (await app.SendAsync(HttpMethod.Put, "/api/v1/kitchen/stations/none", manager, new { cooks = 1, mode = "auto" })).IsProblemAsync(404, "not_found");
        await (await app.PostAsync("/api/v1/kitchen/stations/main/tickets/aaaaaaaaaaaaaaaaaaaaaaaaaa/start", manager)).IsProblemAsync(404, "not_found");
    }
}
