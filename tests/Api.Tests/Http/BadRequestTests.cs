using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Http;

/// <summary>Whatever is sent: never a 5xx, and every refusal is a problem with a code.</summary>
[Collection(AppCollection.Name)]
public sealed class BadRequestTests(CafeteriaApp app)
{
    private const string NoOrder = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

    private static readonly (string Method, string Path, string Good)[] WithBody =
    [
        ("POST", "/api/v1/auth/register", """{"studentId":"bad-1","email":"bad-1@example.org","password":"12345678","fullName":"B"}"""),
        ("POST", "/api/v1/auth/login", """{"login":"nobody-at-all","password":"12345678"}"""),
        ("POST", "/api/v1/auth/refresh", """{"refreshToken":"a.b.c"}"""),
        ("POST", "/api/v1/menu/items", """{"name":"Bad","categoryId":"main","price":{"amount":1,"currency":"BDT"}}"""),
        ("PUT", "/api/v1/menu/items/ramen", """{"name":"Ramen","categoryId":"main","price":{"amount":1,"currency":"BDT"}}"""),
        ("POST", "/api/v1/stock/ramen/receive", """{"quantity":1}"""),
        ("POST", "/api/v1/stock/ramen/write-off", """{"quantity":1,"reason":"x"}"""),
        ("POST", "/api/v1/stock/ramen/count", """{"counted":1}"""),
        ("PUT", "/api/v1/stock/ramen/reorder-level", """{"level":1}"""),
        ("POST", "/api/v1/orders", """{"lines":[{"itemId":"ramen","quantity":1}]}"""),
        ("POST", $"/api/v1/orders/{NoOrder}/cancel", """{"reason":"x"}"""),
        ("PUT", "/api/v1/kitchen/stations/main", """{"cooks":10,"mode":"auto"}"""),
    ];

    [Fact]
    public async Task More_than_two_hundred_bad_requests_are_all_refused_as_problems()
    {
        var manager = await app.TokenAsync("manager1", Role.Manager);
        var table = BadBodies().Concat(BadFields()).Concat(BadIds()).Concat(BadMethods()).Concat(BadQueries()).Concat(BadHeaders()).ToArray();
        Assert.InRange(table.Length, 200, 2000);

        var wrong = new List<string>();
        foreach (var bad in table)
        {
            using var request = new HttpRequestMessage(new HttpMethod(bad.Method), app.Address.GetLeftPart(UriPartial.Authority) + bad.Path);
            if (bad.Headers?.Any(header => header.Name == "Authorization") is not true)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", manager);
            request.Content = bad.Content?.Invoke();
            foreach (var (name, value) in bad.Headers ?? [])
                request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await app.Http.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            var code = answer.Content.Headers.ContentType?.MediaType == "application/problem+json" ? System.Text.Json.JsonDocument.Parse(text).RootElement.Text("code") : "no problem";
            if (!bad.Expected.Contains($"{(int)answer.StatusCode} {code}"))
                wrong.Add($"{bad.Method} {bad.Path} ({bad.What}): {(int)answer.StatusCode} {code}, expected {string.Join(" or ", bad.Expected)}: {text[..Math.Min(200, text.Length)]}");
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {table.Length}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>What no client library would send. Kestrel answers some of it before any of our code runs: then with an empty 4xx.</summary>
    [Theory]
    [InlineData("GET /api/v1/menu?search=%zz%ff HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu/items/%zz HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu/items/%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu/items/%00 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu/items/%C0%80 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu/items/%2e%2e%2f%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu?search=\u00e9 HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET * HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET http://elsewhere/api/v1/menu HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("CONNECT x:80 HTTP/1.1\r\nHost: x:80\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/9.9\r\nHost: x\r\n\r\n")]
    [InlineData("G\u0001T /api/v1/menu HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\nHost: x\r\nX-Tenant-ID: \u00ff\u00fe\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\nHost: x\r\nX-Request-Id: \u00e9\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\nHost: x\r\nIf-None-Match: ,,,\"\r\n\r\n")]
    [InlineData("GET /api/v1/menu HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: ;;;\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=\"\r\nContent-Length: 2\r\n\r\n{}")]
    public async Task Bytes_that_are_hardly_HTTP_never_make_it_our_mistake(string bytes)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[4096];
        var read = await stream.ReadAsync(buffer, limit.Token);
        var answer = Encoding.Latin1.GetString(buffer, 0, read);
        Assert.True(read == 0 || answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal) || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)
            || answer.StartsWith("HTTP/1.1 505", StringComparison.Ordinal), answer);
    }

    private static IEnumerable<Bad> BadBodies()
    {
        foreach (var (method, path, good) in WithBody)
        {
            Bad Of(string what, Func<HttpContent> content, string expected) => new(method, path, what, content, [expected]);
            Bad Json(string what, string body) => Of(what, () => new StringContent(body, Encoding.UTF8, "application/json"), "400 invalid_request");
            Bad Raw(string what, byte[] body) => Of(what, () => Bytes(body, "application/json"), "400 invalid_request");

            yield return Json("cut off", good[..^1]);
            yield return Json("no JSON", "{name}");
            yield return Json("null", "null");
            yield return Json("a list", "[]");
            yield return Json("a text", "\"text\"");
            yield return Json("a number", "17");
            yield return Json("two values", good + good);
            yield return Json("a comment", "/* */" + good);
            yield return Json("a comma at the end", good[..^1] + ",}");
            yield return Json("a hundred levels", good[..^1] + ",\"x\":" + new string('[', 100) + new string(']', 100) + "}");
            yield return Raw("bytes that are no UTF-8", [.. Encoding.UTF8.GetBytes(good[..^1] + ",\"reason\":\""), 0xff, 0xfe, .. "\"}"u8]);
            yield return Raw("UTF-16", Encoding.Unicode.GetBytes(good));
            yield return Raw("a NUL byte", [.. Encoding.UTF8.GetBytes(good), 0]);
            yield return Of("too large", () => new StringContent(good[..^1] + ",\"x\":\"" + new string('x', 70_000) + "\"}", Encoding.UTF8, "application/json"), "413 body_too_large");
            yield return Of("too large in chunks", () => new ChunkedContent(good[..^1] + ",\"x\":\"" + new string('x', 70_000) + "\"}"), "413 body_too_large");
            yield return Of("text", () => new StringContent(good, Encoding.UTF8, "text/plain"), "415 unsupported_media_type");
            yield return Of("a form", () => new FormUrlEncodedContent([new("a", "b")]), "415 unsupported_media_type");
            yield return Of("no type", () => Bytes(Encoding.UTF8.GetBytes(good), null), "415 unsupported_media_type");
            yield return Of("another charset", () => Bytes(Encoding.UTF8.GetBytes(good), "application/json; charset=utf-16"), "415 unsupported_media_type");
            yield return Of("no charset there is", () => Bytes(Encoding.UTF8.GetBytes(good), "application/json; charset=klingon"), "415 unsupported_media_type");
            if (!path.EndsWith("/cancel", StringComparison.Ordinal))
            {
                yield return Raw("nothing", []);
                yield return Json("an empty object", "{}");
            }
        }
    }

    private static IEnumerable<Bad> BadFields()
    {
        var table = new (string Path, string Method, string[] Bodies)[]
        {
            ("/api/v1/orders", "POST",
            [
                """{"lines":null}""", """{"lines":[]}""", """{"lines":{}}""", """{"lines":"ramen"}""", """{"lines":[null]}""", """{"lines":[[]]}""", """{"lines":[{}]}""",
                """{"lines":[{"itemId":"ramen"}]}""", """{"lines":[{"quantity":1}]}""", """{"lines":[{"itemId":"ramen","quantity":"2"}]}""",
                """{"lines":[{"itemId":"ramen","quantity":0}]}""", """{"lines":[{"itemId":"ramen","quantity":-1}]}""", """{"lines":[{"itemId":"ramen","quantity":101}]}""",
                """{"lines":[{"itemId":"ramen","quantity":1.5}]}""", """{"lines":[{"itemId":"ramen","quantity":1e99}]}""", """{"lines":[{"itemId":"ramen","quantity":99999999999}]}""",
                """{"lines":[{"itemId":"ramen","quantity":true}]}""", """{"lines":[{"itemId":"ramen","quantity":null}]}""", """{"lines":[{"itemId":"ramen","quantity":[1]}]}""",
                """{"lines":[{"itemId":7,"quantity":1}]}""", """{"lines":[{"itemId":null,"quantity":1}]}""", """{"lines":[{"itemId":"","quantity":1}]}""",
                """{"lines":[{"itemId":"ra\u0000men","quantity":1}]}""", """{"lines":[{"itemId":"\ud800","quantity":1}]}""",
                """{"lines":[{"itemId":"ramen","quantity":1},{"itemId":"ramen","quantity":1}]}""", """{"lines":[{"itemId":"ramen","quantity":1,"note":7}]}""",
                """{"lines":[{"itemId":"ramen","quantity":1,"note":"\u0000"}]}""", """{"lines":[{"itemId":"ramen","quantity":1}],"fulfilment":"teleport"}""",
                """{"lines":[{"itemId":"ramen","quantity":1}],"fulfilment":0}""", """{"lines":[{"itemId":"ramen","quantity":1}],"payment":"gold"}""",
                """{"lines":[{"itemId":"ramen","quantity":1}],"payment":null,"fulfilment":"Pickup "}""", """{"lines":[{"itemId":"ramen","quantity":1}],"fulfilment":"pickup,dine_in"}""",
                $$"""{"lines":[{"itemId":"ramen","quantity":1,"note":"{{new string('n', 201)}}"}]}""", $$"""{"lines":[{"itemId":"{{new string('i', 61)}}","quantity":1}]}""",
                $$"""{"lines":[{{string.Join(',', Enumerable.Range(0, 51).Select(i => $$"""{"itemId":"d{{i}}","quantity":1}"""))}}]}""",
            ]),
            ("/api/v1/auth/register", "POST",
            [
                """{"studentId":"ab","email":"a@b.cd","password":"12345678","fullName":"B"}""", """{"studentId":"a b c","email":"a@b.cd","password":"12345678","fullName":"B"}""",
                """{"studentId":"a/b/c","email":"a@b.cd","password":"12345678","fullName":"B"}""", """{"studentId":"éèà","email":"a@b.cd","password":"12345678","fullName":"B"}""",
                """{"studentId":"abc","email":"nowhere","password":"12345678","fullName":"B"}""", """{"studentId":"abc","email":"a@b","password":"12345678","fullName":"B"}""",
                """{"studentId":"abc","email":"a@@b.cd","password":"12345678","fullName":"B"}""", """{"studentId":"abc","email":"a b@c.de","password":"12345678","fullName":"B"}""",
                """{"studentId":"abc","email":"a/b@c.de","password":"12345678","fullName":"B"}""", """{"studentId":"abc","email":"a@b.cd","password":"1234567","fullName":"B"}""",
                """{"studentId":"abc","email":"a@b.cd","password":"12345678","fullName":" "}""", """{"studentId":"abc","email":"a@b.cd","password":"12345678","fullName":"B\u0007"}""",
                """{"studentId":"abc","email":"a@b.cd","password":"1234\u00005678","fullName":"B"}""", """{"studentId":7,"email":"a@b.cd","password":"12345678","fullName":"B"}""",
                $$"""{"studentId":"{{new string('a', 41)}}","email":"a@b.cd","password":"12345678","fullName":"B"}""",
                $$"""{"studentId":"abc","email":"{{new string('a', 300)}}@b.cd","password":"12345678","fullName":"B"}""",
                $$"""{"studentId":"abc","email":"a@b.cd","password":"{{new string('p', 200)}}","fullName":"B"}""",
            ]),
            ("/api/v1/auth/login", "POST",
            [
                """{"login":"a"}""", """{"password":"a"}""", """{"login":"","password":"a"}""", """{"login":"a","password":""}""", """{"login":7,"password":"a"}""",
                """{"login":["a"],"password":"a"}""", """{"login":"a\u0000","password":"a"}""", """{"login":{"$ne":null},"password":{"$ne":null}}""",
                $$"""{"login":"{{new string('a', 300)}}","password":"a"}""", $$"""{"login":"a","password":"{{new string('a', 300)}}"}""",
            ]),
            ("/api/v1/stock/ramen/receive", "POST",
            [
                """{"quantity":0}""", """{"quantity":-5}""", """{"quantity":1000001}""", """{"quantity":"5"}""", """{"quantity":2.5}""", """{"quantity":1,"expiresOn":"tomorrow"}""",
                """{"quantity":1,"expiresOn":"2026-02-30"}""", """{"quantity":1,"unitCost":7}""", """{"quantity":1,"unitCost":{"amount":-1,"currency":"BDT"}}""",
                """{"quantity":1,"unitCost":{"amount":1,"currency":"USD"}}""", """{"quantity":1,"unitCost":{}}""", $$"""{"quantity":1,"reference":"{{new string('r', 101)}}"}""",
            ]),
            ("/api/v1/stock/ramen/write-off", "POST",
            [
                """{"quantity":1}""", """{"quantity":1,"reason":""}""", """{"quantity":1,"reason":"  "}""", """{"quantity":0,"reason":"x"}""", """{"quantity":1,"reason":7}""",
                $$"""{"quantity":1,"reason":"{{new string('r', 201)}}"}""",
            ]),
            ("/api/v1/menu/items", "POST",
            [
                """{"name":"","categoryId":"main","price":{"amount":1,"currency":"BDT"}}""", """{"name":"X","categoryId":"nowhere","price":{"amount":1,"currency":"BDT"}}""",
                """{"name":"X","categoryId":"main"}""", """{"name":"X","categoryId":"main","price":450}""", """{"name":"X","categoryId":"main","price":{"amount":-1,"currency":"BDT"}}""",
                """{"name":"X","categoryId":"main","price":{"amount":1.5,"currency":"BDT"}}""", """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"USD"}}""",
                """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"taka"}}""", """{"name":"X","categoryId":"main","price":{"amount":9223372036854775807,"currency":"BDT"}}""",
                """{"id":"Not A Slug","name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"}}""", """{"id":"../x","name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"}}""",
                """{"id":"","name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"}}""", """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"},"prepSeconds":0}""",
                """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"},"prepSeconds":99999}""", """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"},"available":"yes"}""",
                """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"},"imageUrl":"javascript:alert(1)"}""",
                """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"},"imageUrl":"//elsewhere/x.png"}""",
                """{"name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"},"station":"nowhere"}""",
            ]),
            ("/api/v1/menu/items/ramen", "PUT", ["""{"id":"other","name":"X","categoryId":"main","price":{"amount":1,"currency":"BDT"}}""", """{"name":"X"}"""]),
            ("/api/v1/kitchen/stations/main", "PUT",
            [
                """{"cooks":0,"mode":"auto"}""", """{"cooks":101,"mode":"auto"}""", """{"cooks":1}""", """{"mode":"auto"}""", """{"cooks":1,"mode":"fast"}""", """{"cooks":1,"mode":1}""",
                """{"cooks":"1","mode":"auto"}""",
            ]),
            ($"/api/v1/orders/{NoOrder}/cancel", "POST", [$$"""{"reason":"{{new string('r', 201)}}"}""", """{"reason":7}""", """{"reason":"\u0000"}"""]),
        };
        foreach (var (path, method, bodies) in table)
            foreach (var body in bodies)
                yield return new Bad(method, path, body[..Math.Min(60, body.Length)], () => new StringContent(body, Encoding.UTF8, "application/json"), ["400 invalid_request"]);
    }

    private static IEnumerable<Bad> BadIds()
    {
        string[] ids = ["x", "-1", "0", "%20", "%27%3B--", "%7B%7D", "a%2Fb", "%C3%A9", "%F0%9F%8D%9C", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "null", "undefined", new string('a', 500), "%252e%252e"];
        foreach (var id in ids)
        {
            foreach (var path in new[] { $"/api/v1/menu/items/{id}", $"/api/v1/stock/{id}", $"/api/v1/orders/{id}", $"/api/v1/orders/{id}/events", $"/api/v1/kitchen/stations/{id}/tickets" })
                yield return new Bad("GET", path, "id", null, ["404 not_found"]);
            foreach (var path in new[] { $"/api/v1/orders/{id}/cancel", $"/api/v1/orders/{id}/complete", $"/api/v1/kitchen/stations/main/tickets/{id}/start", $"/api/v1/kitchen/stations/{id}/tickets/{NoOrder}/done" })
                yield return new Bad("POST", path, "id", null, ["404 not_found"]);
            yield return new Bad("DELETE", $"/api/v1/menu/items/{id}", "id", null, ["404 not_found"]);
        }
    }

    private static IEnumerable<Bad> BadMethods()
    {
        foreach (var (method, path) in new[]
        {
            ("GET", "/api/v1/auth/register"), ("GET", "/api/v1/auth/login"), ("PUT", "/api/v1/auth/refresh"), ("GET", "/api/v1/auth/logout"), ("POST", "/api/v1/me"),
            ("DELETE", "/api/v1/menu"), ("PATCH", "/api/v1/menu/items/ramen"), ("POST", "/api/v1/menu/items/ramen"), ("POST", "/api/v1/stock"), ("DELETE", "/api/v1/stock/ramen"),
            ("GET", "/api/v1/stock/ramen/receive"), ("PUT", "/api/v1/orders"), ("DELETE", "/api/v1/orders"), ("DELETE", $"/api/v1/orders/{NoOrder}"), ("GET", $"/api/v1/orders/{NoOrder}/cancel"),
            ("POST", $"/api/v1/orders/{NoOrder}/events"), ("POST", "/api/v1/kitchen/stations"), ("GET", "/api/v1/kitchen/stations/main"), ("POST", "/api/v1/kitchen/events"),
            ("POST", "/healthz"), ("POST", "/readyz"), ("POST", "/api/health"), ("POST", "/metrics"), ("POST", "/openapi/v1.json"), ("BREW", "/api/v1/orders"), ("TRACE", "/api/v1/menu"),
        })
            yield return new Bad(method, path, "method", null, ["405 method_not_allowed"]);
        foreach (var path in new[] { "/api", "/api/", "/api/v2/menu", "/api/v1", "/api/v1/nothing", "/api/v1/orders/a/b/c", "/ws/v1/nothing", "/openapi/v9.json", "/nothing", "/assets/none.js", "/.env", "/wwwroot/index.html" })
            yield return new Bad("GET", path, "no such route", null, ["404 not_found"]);
        yield return new Bad("GET", $"/ws/v1/order-tracking/{NoOrder}", "no WebSocket", null, ["400 invalid_request"]);
    }

    private static IEnumerable<Bad> BadQueries()
    {
        foreach (var query in new[]
        {
            "limit=0", "limit=-1", "limit=201", "limit=abc", "limit=1.5", "limit=1e2", "limit=99999999999", "limit=1&limit=2", "cursor=", "cursor=x", "cursor=!!!", "cursor=AAAA",
            "cursor=MS5hYWE", "cursor=" + new string('A', 1000), "from=yesterday", "to=2026-13-01", "from=%00", "status=unknown", "status=abandoned", "status=0", "status=ready,unknown",
            "status=READY", "mine=maybe", "student=", "q=" + new string('q', 101), "number=" + new string('1', 30), "status=%00",
        })
            yield return new Bad("GET", $"/api/v1/orders?{query}", "query", null, ["400 invalid_request"]);
        foreach (var query in new[] { "limit=0", "limit=x", "cursor=!!!" })
            yield return new Bad("GET", $"/api/v1/stock?{query}", "query", null, ["400 invalid_request"]);
        foreach (var query in new[] { "search=%00", "category=%00", "search=" + new string('s', 101), "category=" + new string('s', 101) })
            yield return new Bad("GET", $"/api/v1/menu?{query}", "query", null, ["400 invalid_request"]);
        foreach (var query in new[] { "from=yesterday", "from=2026-02-30", "to=9999-12-31", "from=1999-01-01", "from=2026-03-02&to=2026-03-01", "from=2024-01-01&to=2026-01-01", "from=2026-01-01&to=2026-06-01&by=item", "by=week", "by=Day", "by=%00" })
            yield return new Bad("GET", $"/api/v1/reports/sales?{query}", "query", null, ["400 invalid_request"]);
        foreach (var query in new[] { "limit=0", "cursor=x", "from=x", "by=", "about=" })
            yield return new Bad("GET", $"/api/v1/audit?{query}", "query", null, ["400 invalid_request"]);
        yield return new Bad("GET", "/api/v1/kitchen/events?station=nowhere", "query", null, ["404 not_found"]);
    }

    private static IEnumerable<Bad> BadHeaders()
    {
        var order = () => (HttpContent)new StringContent("""{"lines":[{"itemId":"ramen","quantity":1}]}""", Encoding.UTF8, "application/json");
        foreach (var key in new[] { "", " ", "two words", new string('k', 201), "tab\tkey" })
            yield return new Bad("POST", "/api/v1/orders", $"key '{key[..Math.Min(10, key.Length)]}'", order, ["400 invalid_request"], [("Idempotency-Key", key)]);
        yield return new Bad("POST", "/api/v1/orders", "two keys", order, ["400 invalid_request"], [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]);
        foreach (var tenant in new[] { "nowhere", "iut/x", "*", new string('t', 2000) })
            yield return new Bad("GET", "/api/v1/orders", "tenant", null, ["403 tenant_mismatch"], [("X-Tenant-ID", tenant)]);
        foreach (var token in new[] { "Bearer", "Bearer  ", "Basic abc", "x", "Bearer " + new string('a', 5000) })
            yield return new Bad("GET", "/api/v1/me", "token", null, ["401 unauthorized"], [("Authorization", token)]);
    }

    private static ByteArrayContent Bytes(byte[] body, string? type)
    {
        var content = new ByteArrayContent(body);
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    private sealed record Bad(
        string Method, string Path, string What, Func<HttpContent>? Content, string[] Expected, (string Name, string Value)[]? Headers = null);

    private sealed class ChunkedContent : HttpContent
    {
        private readonly byte[] _body;

        public ChunkedContent(string body)
        {
            _body = Encoding.UTF8.GetBytes(body);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var chunk in _body.Chunk(10_000))
                await stream.WriteAsync(chunk);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
