using System.Text.Json;

namespace Cafeteria.Tests.Http;

/// <summary>The served document against the contract, whose tables stand here as data.</summary>
[Collection(AppCollection.Name)]
public sealed class ContractTests(CafeteriaApp app)
{
    // Method, route, the success and the errors that api.md names for it.
    private static readonly (string Method, string Route, int[] Codes)[] Contract =
    [
        ("post", "/api/v1/auth/register", [201, 400, 409]),
        ("post", "/api/v1/auth/login", [200, 400, 401, 429]),
        ("post", "/api/v1/auth/refresh", [200, 401]),
        ("post", "/api/v1/auth/logout", [204, 401]),
        ("post", "/api/v1/auth/logout-everywhere", [204, 401]),
        ("post", "/api/v1/auth/password", [204, 400, 401, 422, 429]),
        ("get", "/api/v1/staff", [200, 401, 403]),
        ("post", "/api/v1/staff", [201, 400, 401, 403, 409]),
        ("put", "/api/v1/staff/{login}", [200, 400, 401, 403, 404, 409]),
        ("post", "/api/v1/staff/{login}/password", [200, 401, 403, 404]),
        ("post", "/api/v1/staff/{login}/unlock", [200, 401, 403, 404]),
        ("post", "/api/v1/staff/{login}/sign-out", [200, 401, 403, 404]),
        ("get", "/api/v1/reports/sales", [200, 400, 401, 403]),
        ("get", "/api/v1/reports/sales.csv", [200, 400, 401, 403]),
        ("get", "/api/v1/me", [200, 401, 429]),
        ("get", "/api/v1/menu", [200, 304, 401, 404]),
        ("get", "/api/v1/menu/items/{id}", [200, 401, 404]),
        ("get", "/api/v1/menu/items/{id}/prices", [200, 401, 403, 404]),
        ("put", "/api/v1/menu/items/{id}/picture", [200, 401, 403, 404, 413, 415]),
        ("delete", "/api/v1/menu/items/{id}/picture", [200, 401, 403, 404]),
        ("post", "/api/v1/menu/items", [201, 400, 401, 403, 409]),
        ("put", "/api/v1/menu/items/{id}", [200, 400, 401, 403, 404]),
        ("delete", "/api/v1/menu/items/{id}", [204, 401, 403, 404]),
        ("get", "/api/v1/stock", [200, 401, 403]),
        ("get", "/api/v1/stock/{id}", [200, 401, 403, 404]),
        ("post", "/api/v1/stock/{id}/receive", [200, 400, 401, 403, 404]),
        ("post", "/api/v1/stock/{id}/write-off", [200, 400, 401, 403, 404]),
        ("post", "/api/v1/stock/{id}/count", [200, 400, 401, 403, 404, 409]),
        ("put", "/api/v1/stock/{id}/reorder-level", [200, 400, 401, 403, 404]),
        ("get", "/api/v1/stock/{id}/ledger", [200, 400, 401, 403, 404]),
        ("get", "/api/v1/audit", [200, 400, 401, 403]),
        ("post", "/api/v1/orders", [202, 400, 401, 413, 415, 422, 429, 503]),
        ("get", "/api/v1/orders", [200, 400, 401, 429]),
        ("get", "/api/v1/orders/{id}", [200, 401, 404, 429]),
        ("post", "/api/v1/orders/{id}/cancel", [200, 401, 404, 409, 429]),
        ("get", "/api/v1/orders/{id}/events", [200, 204, 401, 404, 429]),
        ("get", "/api/v1/orders/events", [200, 401, 429]),
        ("get", "/ws/v1/order-tracking/{id}", [101, 401, 404, 429]),
        ("get", "/api/v1/kitchen/stations", [200, 401, 403]),
        ("get", "/api/v1/kitchen/stations/{id}/tickets", [200, 401, 403, 404]),
        ("post", "/api/v1/kitchen/stations/{id}/tickets/{orderId}/start", [200, 401, 403, 404, 409]),
        ("post", "/api/v1/kitchen/stations/{id}/tickets/{orderId}/done", [200, 401, 403, 404, 409]),
        ("post", "/api/v1/kitchen/stations/{id}/tickets/{orderId}/recall", [200, 401, 403, 404, 409]),
        ("post", "/api/v1/kitchen/stations/{id}/tickets/{orderId}/put-back", [200, 401, 403, 404, 409]),
        ("put", "/api/v1/kitchen/stations/{id}", [200, 400, 401, 403, 404]),
        ("get", "/api/v1/kitchen/events", [200, 401, 403]),
        ("get", "/api/v1/kitchen/items", [200, 401, 403]),
        ("post", "/api/v1/kitchen/items/{id}/sold-out", [200, 401, 403, 404]),
        ("post", "/api/v1/kitchen/items/{id}/back", [200, 401, 403, 404]),
        ("get", "/api/v1/kitchen/board/events", [200, 401, 403]),
        ("post", "/api/v1/orders/{id}/complete", [200, 401, 403, 404, 409]),
        ("get", "/healthz", [200]),
        ("get", "/readyz", [200, 503]),
        ("get", "/api/health", [200, 503]),
        ("get", "/metrics", [200]),
        ("get", "/api/v1/admin/now/events", [200, 401, 403]),
        ("get", "/api/v1/admin/chaos", [200, 401, 403]),
        ("post", "/api/v1/admin/chaos", [200, 400, 401, 403]),
        ("delete", "/api/v1/admin/chaos", [200, 400, 401, 403]),
    ];

    [Fact]
    public async Task Every_route_and_code_of_the_contract_is_in_the_document()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");
        foreach (var (method, route, codes) in Contract)
        {
            Assert.True(paths.TryGetProperty(route, out var path) && path.TryGetProperty(method, out _), $"{method} {route} is not in the document");
            var documented = path.GetProperty(method).GetProperty("responses").EnumerateObject().Select(response => response.Name).ToArray();
            foreach (var code in codes)
                Assert.True(documented.Contains($"{code}"), $"{method} {route} does not document {code}, only {string.Join(", ", documented)}");
        }
    }

    [Fact]
    public async Task Nothing_is_in_the_document_that_the_contract_does_not_have()
    {
        foreach (var path in (await DocumentAsync()).GetProperty("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject())
                Assert.True(Contract.Any(row => row.Method == method.Name && row.Route == path.Name), $"{method.Name} {path.Name}");
    }

    [Fact]
    public async Task Every_documented_error_is_a_problem_and_every_answer_has_its_shape()
    {
        var document = await DocumentAsync();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject())
                foreach (var response in method.Value.GetProperty("responses").EnumerateObject())
                {
                    var where = $"{method.Name} {path.Name} {response.Name}";
                    if (response.Name is "101" or "204" or "304" || path.Name == "/healthz")
                        continue;
                    var type = Assert.Single(response.Value.GetProperty("content").EnumerateObject());
                    var health = path.Name is "/readyz" or "/api/health";
                    Assert.True(response.Name[0] == '2' || health || type.Name == "application/problem+json", $"{where}: {type.Name}");
                    Assert.True(type.Value.TryGetProperty("schema", out _), $"{where} has no schema");
                }

        var problem = document.GetProperty("components").GetProperty("schemas").GetProperty("ProblemDetails");
        foreach (var member in new[] { "type", "title", "status", "detail", "code", "traceId", "errors" })
            Assert.True(problem.GetProperty("properties").TryGetProperty(member, out _), member);
    }

    [Fact]
    public async Task What_needs_a_token_says_so_and_does()
    {
        string[] forAnyone = ["/api/v1/auth/login", "/api/v1/auth/refresh", "/api/v1/menu", "/api/v1/menu/items/{id}"];
        foreach (var path in (await DocumentAsync()).GetProperty("paths").EnumerateObject())
            foreach (var method in path.Value.EnumerateObject())
            {
                var secured = method.Value.TryGetProperty("security", out var security) && security.GetArrayLength() > 0;
                var says401 = method.Value.GetProperty("responses").TryGetProperty("401", out _);
                Assert.True(says401 == secured || (says401 && forAnyone.Contains(path.Name)), $"{method.Name} {path.Name}");
                if (!secured)
                    continue;
                using var answer = await app.SendAsync(new HttpMethod(method.Name.ToUpperInvariant()), path.Name.Replace("{id}", "x", StringComparison.Ordinal).Replace("{orderId}", "x", StringComparison.Ordinal));
                await answer.IsProblemAsync(401, "unauthorized");
            }
    }

    [Fact]
    public async Task Answers_have_all_members_that_the_document_requires()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        Check("MenuResponse", await (await app.GetAsync("/api/v1/menu")).IsAsync(200));
        Check("MenuItemResponse", await (await app.GetAsync("/api/v1/menu/items/ramen")).IsAsync(200));
        var student = await app.TokenAsync("contract-student");
        var dish = await app.AddDishAsync(3, prepSeconds: 600);
        var placed = await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202);
        Check("OrderResponse", placed);
        Check("OrderDetails", await (await app.GetAsync($"/api/v1/orders/{placed.Text("id")}", student)).IsAsync(200));
        Check("PageOfOrderResponse", await (await app.GetAsync("/api/v1/orders", student)).IsAsync(200));
        Check("ProblemDetails", await (await app.GetAsync("/api/v1/nothing")).IsAsync(404));

        void Check(string name, JsonElement value)
        {
            foreach (var required in schemas.GetProperty(name).GetProperty("required").EnumerateArray())
                Assert.True(value.TryGetProperty(required.GetString()!, out _), $"{name} lacks {required}: {value}");
            foreach (var member in value.EnumerateObject())
                Assert.True(schemas.GetProperty(name).GetProperty("properties").TryGetProperty(member.Name, out _), $"{name} does not know {member.Name}");
        }
    }

    [Fact]
    public async Task What_a_request_requires_is_never_null()
    {
        foreach (var schema in (await DocumentAsync()).GetProperty("components").GetProperty("schemas").EnumerateObject().Where(schema => schema.Name.EndsWith("Request", StringComparison.Ordinal)))
            if (schema.Value.TryGetProperty("required", out var required))
                foreach (var member in required.EnumerateArray())
                    Assert.DoesNotContain("null", schema.Value.GetProperty("properties").GetProperty(member.GetString()!).ToString(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> DocumentAsync() => await (await app.GetAsync("/openapi/v1.json")).IsAsync(200);
}
