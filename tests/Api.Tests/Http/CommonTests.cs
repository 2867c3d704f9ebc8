using Cafeteria.Http;
using Cafeteria.Storage;
using Cafeteria.Tests.Operations;
using Microsoft.AspNetCore.Http;

namespace Cafeteria.Tests.Http;

[Collection(AppCollection.Name)]
public sealed class CommonTests(CafeteriaApp app)
{
    [Fact]
    public async Task A_request_id_is_echoed_or_made()
    {
        using var named = await app.GetAsync("/api/v1/menu", null, ("X-Request-Id", "abc-123"));
        Assert.Equal("abc-123", named.Headers.GetValues("X-Request-Id").Single());
        foreach (var bad in new[] { "a b", "<script>", new string('x', 101) })
        {
            using var made = await app.GetAsync("/api/v1/menu", null, ("X-Request-Id", bad));
            Assert.Matches("^[0-9a-f]{32}$", made.Headers.GetValues("X-Request-Id").Single());
        }
    }

    [Fact]
    public async Task What_is_refused_while_it_is_being_read_has_its_request_id_too()
    {
        foreach (var (body, status) in new (HttpContent, int)[] { (Json("{"), 400), (new StringContent("text"), 415), (Json(new string(' ', 70_000)), 413) })
        {
            using var answer = await app.PostAsync("/api/v1/auth/login", null, body, ("X-Request-Id", "abc-123"));
            await answer.IsAsync(status);
            Assert.Equal("abc-123", answer.Headers.GetValues("X-Request-Id").Single());
        }

        static StringContent Json(string text) => new(text, null, "application/json");
    }

    [Fact]
    public async Task Members_that_nobody_knows_are_ignored()
        => await (await app.PostAsync("/api/v1/auth/login", null, new { login = $"x{Guid.NewGuid():N}", password = "wrong-password", extra = new { deep = new[] { 1 } } })).IsProblemAsync(401, "invalid_credentials");

    [Fact]
    public async Task Errors_are_problems_even_for_who_wants_html()
    {
        using var answer = await app.GetAsync("/api/v1/nothing", null, ("Accept", "text/html"));
        await answer.IsProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task The_web_apps_own_addresses_get_its_first_page_and_nothing_else_does()
    {
        foreach (var path in new[] { "/", "/orders/abc", "/sign-in" })
        {
            using var page = await app.GetAsync(path, null, ("Accept", "text/html,*/*"));
            Assert.Contains("first page", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Equal("no-cache", page.Headers.CacheControl?.ToString());
            var policy = page.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        }

        using var asset = await app.GetAsync("/assets/app-1a2b.js");
        Assert.Contains("immutable", asset.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var missing = await app.GetAsync("/assets/none.js", null, ("Accept", "text/html"));
        await missing.IsProblemAsync(404, "not_found");
        using var post = await app.PostAsync("/orders/abc", null, null, ("Accept", "text/html"));
        await post.IsProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task The_parts_say_how_they_are()
    {
        Assert.Equal("ok", await (await app.GetAsync("/healthz")).Content.ReadAsStringAsync());
        foreach (var path in new[] { "/readyz", "/api/health" })
        {
            var health = await (await app.GetAsync(path)).IsAsync(200);
            Assert.Equal("ok", health.Text("status"));
            Assert.Equal(["database", "gateway", "identity", "kitchen", "notifications", "silo", "stock"],
                health.GetProperty("checks").EnumerateObject().Select(check => check.Name).Order());
        }
    }

    [Fact]
    public async Task The_docs_are_a_page_of_our_own()
    {
        var page = await app.Http.GetStringAsync(new Uri("/docs", UriKind.Relative));
        Assert.DoesNotContain("//", page.Replace("<!doctype", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("openapi", await app.Http.GetStringAsync(new Uri("/docs/docs.js", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_are_valid_and_tell_what_the_operators_need()
    {
        var dish = await app.AddDishAsync(1);
        var student = await app.TokenAsync("metrics-student");
        await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202);
        await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = "none", quantity = 1 } } })).IsAsync(422);
        await (await app.PostAsync("/api/v1/auth/login", null, new { login = $"x{Guid.NewGuid():N}", password = "wrong-password" })).IsAsync(401);

        var text = await app.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        await PrometheusTextTests.AssertValidAsync(text);
        foreach (var expected in new[]
        {
            "cafeteria_orders_accepted_total{", "cafeteria_orders_refused_total{reason=\"unknown_item\"", "cafeteria_orders{", "cafeteria_orders_place_duration_seconds_bucket{",
            "cafeteria_sign_ins_total{outcome=\"refused\"",
            "cafeteria_stock_on_hand{", "cafeteria_persistence_batch_size", "cafeteria_persistence_commit_duration_seconds", "cafeteria_trackers_open", "orleans_", "dotnet_gc_collections_total{", "dotnet_process_cpu_time_seconds_total",
        })
            Assert.True(text.Contains(expected, StringComparison.Ordinal), $"{expected} is missing");
    }

    [Theory]
    [InlineData(true, true, 200)]
    [InlineData(false, true, 503)]
    [InlineData(true, false, 503)]
    public async Task What_needs_the_database_is_refused_at_once_while_it_is_away(bool serving, bool reachable, int expected)
    {
        var writer = new Written();
        var gate = new ServingGate(_ => Task.CompletedTask, new Health(serving, reachable), writer);
        foreach (var (needs, status) in new[] { (true, expected), (false, 200) })
        {
            var context = new DefaultHttpContext();
            context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(needs ? [ServingGate.NeedsDatabase.Instance] : []), "test"));
            await gate.InvokeAsync(context);
            Assert.Equal(status, context.Response.StatusCode);
            // A proxy that has somebody else to ask is told that it may, even with a POST.
            context.Response.StatusCode = 200;
            context.Request.Headers[ServingGate.MayPassOn] = "1";
            await gate.InvokeAsync(context);
            Assert.Equal(status is 503 ? 421 : status, context.Response.StatusCode);
        }
    }

    private sealed record Health(bool Serving, bool Reachable) : IDatabaseHealth;

    private sealed class Written : IProblemDetailsService
    {
        public ValueTask WriteAsync(ProblemDetailsContext context) => ValueTask.CompletedTask;

        public ValueTask<bool> TryWriteAsync(ProblemDetailsContext context) => new(true);
    }
}
