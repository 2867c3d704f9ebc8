using System.Diagnostics;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Tracking;

/// <summary>On apps of their own, since they use them up.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task A_shutdown_does_not_wait_for_open_streams()
    {
        var app = new CafeteriaApp();
        await app.InitializeAsync();
        try
        {
            var token = await app.TokenAsync("watcher");
            using var http = app.NewClient();
            http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            var streams = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ =>
                http.GetAsync(new Uri("/api/v1/orders/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead)));
            Assert.All(streams, stream => Assert.Equal(200, (int)stream.StatusCode));

            var started = Stopwatch.GetTimestamp();
            await app.StopAsync();
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5), $"the shutdown took {Stopwatch.GetElapsedTime(started)}");
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back()
    {
        var app = new Limited();
        await app.InitializeAsync();
        try
        {
            var (busy, other) = (await app.TokenAsync("busy"), await app.TokenAsync("other"));
            object Order() => new { lines = new[] { new { itemId = "none", quantity = 1 } } };
            for (var i = 0; i < 3; i++)
                await (await app.PostAsync("/api/v1/orders", busy, Order())).IsProblemAsync(422, "unknown_item");
            var refused = await app.PostAsync("/api/v1/orders", busy, Order());
            await refused.IsProblemAsync(429, "too_many_requests");
            Assert.InRange(refused.RetryAfterSeconds() ?? 0, 1, 60);
            await (await app.PostAsync("/api/v1/orders", other, Order())).IsProblemAsync(422, "unknown_item");

            for (var i = 0; i < 5; i++)
                await (await app.PostAsync("/api/v1/auth/refresh", null, new { refreshToken = "x" })).IsProblemAsync(401, "unauthorized");
            await (await app.PostAsync("/api/v1/auth/refresh", null, new { refreshToken = "x" })).IsProblemAsync(429, "too_many_requests");

            using var http = app.NewClient();
            http.DefaultRequestHeaders.Authorization = new("Bearer", busy);
            var streams = new List<HttpResponseMessage>();
            for (var i = 0; i < 3; i++)
                streams.Add(await http.GetAsync(new Uri("/api/v1/orders/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead));
            Assert.Equal([200, 200, 429], streams.Select(stream => (int)stream.StatusCode));
            streams[0].Dispose();
            await Eventually.HoldsAsync("a closed stream makes room", TimeSpan.FromSeconds(20), async () =>
            {
                using var again = await http.GetAsync(new Uri("/api/v1/orders/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
                return again.IsSuccessStatusCode;
            });
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_student_who_asks_without_end_is_sent_away_while_others_are_answered_and_may_still_order_and_sign_out()
    {
        var app = new Brief();
        await app.InitializeAsync();
        try
        {
            var (busy, other, waiter) = (await app.TokenAsync("busy"), await app.TokenAsync("other"), await app.TokenAsync("waiter1", Role.Waiter));
            string[] routes = ["/api/v1/orders?limit=200", "/api/v1/orders/none", "/api/v1/orders/none/events", "/ws/v1/order-tracking/none", "/api/v1/me"];
            for (var i = 0; i < Brief.Burst; i++)
                await (await app.GetAsync("/api/v1/orders/none", busy)).IsProblemAsync(404, "not_found");
            foreach (var route in routes)
            {
                HttpResponseMessage? refused = null;
                // Each second lets one more in, and a slow machine may take that long for a few.
                await Eventually.HoldsAsync($"{route} is limited", TimeSpan.FromSeconds(10), async () => (int)(refused = await app.GetAsync(route, busy)).StatusCode == 429);
                await refused!.IsProblemAsync(429, "too_many_requests");
                Assert.InRange(refused!.RetryAfterSeconds() ?? 0, 1, 60);
            }

            await (await app.GetAsync("/api/v1/orders?limit=200", other)).IsAsync(200);
            for (var i = 0; i < 2 * Brief.Burst; i++)
                await (await app.GetAsync("/api/v1/orders?limit=200", waiter)).IsAsync(200);

            for (var i = 0; i < 2 * Brief.Burst; i++)
                await (await app.PostAsync("/api/v1/orders", busy, new { lines = new[] { new { itemId = "none", quantity = 1 } } })).IsProblemAsync(422, "unknown_item");
            await (await app.PostAsync("/api/v1/auth/logout-everywhere", busy)).IsAsync(204);
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    private sealed class Brief : CafeteriaApp
    {
        public const int Burst = 5;

        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Limits:RequestBurst", $"{Burst}"), new("Limits:RequestsPerSecond", "1")];
    }

    private sealed class Limited : CafeteriaApp
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Limits:OrderBurst", "3"), new("Limits:OrdersPerSecond", "1"), new("Limits:AnonymousPerMinute", "5"), new("Tracking:MaxStreamsPerStudent", "2"),
        ];
    }
}
