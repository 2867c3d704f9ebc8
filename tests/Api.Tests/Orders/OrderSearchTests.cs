using Cafeteria.Accounts;

namespace Cafeteria.Tests.Orders;

[Collection(AppCollection.Name)]
public sealed class OrderSearchTests(CafeteriaApp app)
{
    [Fact]
    public async Task Staff_find_an_order_by_its_number_its_student_or_part_of_their_name()
    {
        var login = $"seek-{Guid.NewGuid():N}"[..20];
        var (staff, student, dish) = (await app.TokenAsync("kitchen1", Role.Kitchen), await app.TokenAsync(login), await app.AddDishAsync(5, prepSeconds: 600));
        var order = await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202);
        var (id, number) = (order.Text("id"), order.Text("number"));

        foreach (var query in new[] { $"number={number.ToLowerInvariant()}", $"student={login.ToUpperInvariant()}", $"q={number}", $"q={login}", $"q=of+{login[..12]}", $"q={login}&status=stock_verified,in_kitchen" })
            Assert.Contains(id, await IdsAsync(staff, query));
        foreach (var query in new[] { "q=%25", "q=nobody_at_all", $"student={login}&to=2020-01-01T00:00:00Z", $"number={number}&status=completed" })
            Assert.DoesNotContain(id, await IdsAsync(staff, query));
        // A student finds their own alone, whomever they ask for.
        Assert.DoesNotContain(id, await IdsAsync(await app.TokenAsync("somebody-else"), $"student={login}"));
    }

    [Fact]
    public async Task An_order_keeps_the_trace_of_the_request_that_placed_it()
    {
        var (student, dish) = (await app.TokenAsync("trace-student"), await app.AddDishAsync(5, prepSeconds: 600));
        var request = $"seen-{Guid.NewGuid():N}";
        var order = await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } },
            ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("X-Request-Id", request))).IsAsync(202);

        // Where nobody traces or logs, the request's own id is what logs know it by.
        Assert.Contains((await (await app.GetAsync($"/api/v1/orders/{order.Text("id")}", student)).IsAsync(200)).Text("traceId"), new[] { "0af7651916cd43dd8448eb211c80319c", request });
    }

    private async Task<string[]> IdsAsync(string token, string query)
        => [.. (await (await app.GetAsync($"/api/v1/orders?{query}", token)).IsAsync(200)).GetProperty("items").EnumerateArray().Select(order => order.Text("id"))];
}
