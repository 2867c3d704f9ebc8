using System.Diagnostics;

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

    private sealed class Limited : CafeteriaApp
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Limits:OrderBurst", "3"), new("Limits:OrdersPerSecond", "1"), new("Limits:AnonymousPerMinute", "5"), new("Tracking:MaxStreamsPerStudent", "2"),
        ];
    }
}
