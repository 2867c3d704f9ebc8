using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Fuzz;

/// <summary>No limit on how many requests: what is tried here is what they say.</summary>
public sealed class FuzzApp : CafeteriaApp
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Limits:AnonymousPerMinute", "1000000000"), new("Limits:OrderBurst", "1000000000"),
        new("Limits:RequestBurst", "1000000000"), new("Limits:OrderWait", "01:00:00"),
    ];
}

/// <summary>Alone in this process while it runs, for it weighs the process's memory.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FuzzCollection : ICollectionFixture<FuzzApp>
{
    public const string Name = "an app to send anything";
}

/// <summary>
/// Valid requests made odd at random. <c>FUZZ_REQUESTS=100000</c> sends so many; <c>FUZZ_SEED=1</c> the very same ones again,
/// but for tokens and ids.
/// </summary>
[Collection(FuzzCollection.Name)]
public sealed class FuzzTests(FuzzApp app)
{
    private const int Connections = 4;

    /// <summary>Pools and caches that fill, whatever their number; and for each request its share of orders, keys and audit that stay for a while.</summary>
    private const long MayGrowAtFirst = 4 * 1024 * 1024, MayGrowEach = 600;

    private static readonly (string Method, string Path, Role Role, string Body)[] Routes =
    [
        ("POST", "/api/v1/auth/register", Role.Student, """{"studentId":"fuzz-1","email":"fuzz-1@example.org","password":"12345678","fullName":"Fuzz"}"""),
        ("POST", "/api/v1/auth/login", Role.Student, """{"login":"fuzz-1","password":"12345678"}"""),
        ("POST", "/api/v1/auth/refresh", Role.Student, """{"refreshToken":"iut.fuzz-1.a.b"}"""),
        ("POST", "/api/v1/auth/password", Role.Student, """{"current":"12345678","next":"12345678"}"""),
        ("POST", "/api/v1/orders", Role.Student, """{"lines":[{"itemId":"{dish}","quantity":1,"note":"no chili"}],"fulfilment":"pickup"}"""),
        ("POST", "/api/v1/orders", Role.Student, """{"lines":[{"itemId":"{dish}","quantity":2}]}"""),
        ("POST", "/api/v1/orders/{order}/cancel", Role.Student, """{"reason":"too late"}"""),
        ("POST", "/api/v1/menu/items", Role.Manager, """{"id":"fuzz-dish","name":"Fuzz","categoryId":"main","price":{"amount":100,"currency":"BDT"},"prepSeconds":1,"station":"main"}"""),
        ("PUT", "/api/v1/menu/items/{dish}", Role.Manager, """{"name":"Fuzz","categoryId":"main","price":{"amount":100,"currency":"BDT"},"prepSeconds":1,"station":"main"}"""),
        ("POST", "/api/v1/stock/{dish}/receive", Role.Manager, """{"quantity":5,"reference":"note 7","unitCost":{"amount":10,"currency":"BDT"},"expiresOn":"2030-01-01"}"""),
        ("POST", "/api/v1/stock/{dish}/write-off", Role.Manager, """{"quantity":1,"reason":"spoilt"}"""),
        ("POST", "/api/v1/stock/{dish}/count", Role.Manager, """{"counted":1000,"reason":"stock-take"}"""),
        ("PUT", "/api/v1/stock/{dish}/reorder-level", Role.Manager, """{"level":3}"""),
        ("POST", "/api/v1/kitchen/items/{dish}/sold-out", Role.Manager, """{"reason":"burnt"}"""),
        ("POST", "/api/v1/kitchen/items/{dish}/back", Role.Manager, "{}"),
        ("PUT", "/api/v1/kitchen/stations/main", Role.Manager, """{"cooks":100,"mode":"auto"}"""),
        ("POST", "/api/v1/staff", Role.Admin, """{"login":"fuzz-staff","fullName":"Fuzz","role":"waiter","email":"fuzz-staff@example.org"}"""),
        ("PUT", "/api/v1/staff/fuzz-staff", Role.Admin, """{"fullName":"Fuzz","role":"waiter","disabled":false}"""),
        // It slows one event in a hundred by a little, which no answer here waits for.
        ("POST", "/api/v1/admin/chaos", Role.Admin, """{"part":"notifications","mode":"latency","rate":0.01,"for":1,"latencyMs":50}"""),
        ("GET", "/api/v1/menu?search=ramen&category=main&tags=hot", Role.Student, ""),
        ("GET", "/api/v1/menu/items/{dish}", Role.Student, ""),
        ("GET", "/api/v1/orders?status=ready&from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&number=A-1&limit=5&mine=true", Role.Student, ""),
        ("GET", "/api/v1/orders?student=fuzz-student&q=fuzz&limit=5", Role.Manager, ""),
        ("GET", "/api/v1/orders/events", Role.Student, ""),
        ("GET", "/api/v1/stock?limit=5&low=true", Role.Manager, ""),
        ("GET", "/api/v1/stock/{dish}/ledger?kind=received&limit=5", Role.Manager, ""),
        ("GET", "/api/v1/reports/sales?from=2026-01-01&to=2026-01-31&by=day", Role.Manager, ""),
        ("GET", "/api/v1/audit?limit=5", Role.Manager, ""),
    ];

    private static readonly string[] Bodies = [.. Routes.Where(route => route.Body.Length > 0).Select(route => route.Body)];
    private static readonly string[] HeaderNames = ["Authorization", "Idempotency-Key", "X-Tenant-ID", "X-Request-Id", "Content-Type", "If-None-Match", "Last-Event-ID", "Accept"];

    private readonly ConcurrentDictionary<int, int> _statuses = new();
    private readonly Dictionary<Role, string> _tokens = [];
    private string _dish = "", _order = "";

    [Fact]
    public async Task Whatever_is_sent_is_answered_or_refused_with_a_code_and_leaves_the_app_well()
    {
        var requests = Number("FUZZ_REQUESTS") ?? 3_000;
        var seed = Number("FUZZ_SEED") ?? Random.Shared.Next(1_000);
        _dish = await app.AddDishAsync(900_000);
        _tokens[Role.Student] = await app.TokenAsync("fuzz-student");
        _tokens[Role.Manager] = await app.TokenAsync("manager1", Role.Manager);
        _tokens[Role.Admin] = await app.TokenAsync("admin", Role.Admin);
        var placed = await (await app.PostAsync("/api/v1/orders", _tokens[Role.Student], new { lines = new[] { new { itemId = _dish, quantity = 1 } } })).IsAsync(202);
        _order = placed.Text("id");

        // Caches and pools fill in the beginning: that is no growth.
        await SendAllAsync(seed, 0, requests / 5);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAllAsync(seed, requests / 5, requests);

        var told = $"FUZZ_SEED={seed} FUZZ_REQUESTS={requests}: {string.Join(", ", _statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} × {pair.Key}"))}";
        Console.WriteLine(told);
        int[] handled = [200, 201, 202, 204, 304, 404, 409, 422];
        Assert.True(handled.Sum(status => _statuses.GetValueOrDefault(status)) * 3 >= requests, $"Too few came as far as a handler: {told}");
        await (await app.SendAsync(HttpMethod.Delete, "/api/v1/admin/chaos", _tokens[Role.Admin])).IsAsync(200);
        await (await app.GetAsync("/readyz")).IsAsync(200);
        await Eventually.HoldsAsync($"the books of all dishes balance ({told})", TimeSpan.FromSeconds(20), BooksBalanceAsync);
        var (mayGrow, grown) = (MayGrowAtFirst + (requests * MayGrowEach), 0L);
        await Eventually.HoldsAsync($"memory has grown by no more than {mayGrow} bytes from {before} ({told})", TimeSpan.FromSeconds(20),
            () => Task.FromResult((grown = GC.GetTotalMemory(forceFullCollection: true) - before) < mayGrow));
        Console.WriteLine($"Memory has grown by {grown} bytes, of {mayGrow}.");
    }

    private Task SendAllAsync(int seed, int from, int to) => Task.WhenAll(Enumerable.Range(0, Connections).Select(async lane =>
    {
        using var connection = new RawConnection(app.Address);
        for (var i = from + lane; i < to; i += Connections)
        {
            var (request, bad) = Request(new Random(unchecked((seed * 1_000_003) + i)), i);
            var answer = await connection.SendAsync(request);
            _statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
            Assert.True(IsProper(answer, bad),
                $"FUZZ_SEED={seed}, request {i}: {answer.Status} {answer.ContentType} {answer.Body}\n{Encoding.Latin1.GetString(request)[..Math.Min(request.Length, 8_000)]}");
        }
    }));

    /// <summary>No 503 either: there is no overload here, the database is there, and nothing was made to fail.</summary>
    private static bool IsProper(RawAnswer answer, bool hardlyHttp) => answer switch
    {
        { Status: >= 200 and < 400 } => true,
        // The server's own word, or none, for headers that are none; no code of ours saw them.
        { Status: 0 or 400 or 431, Body: "" } => hardlyHttp,
        { Status: >= 400 and < 500 } => answer.ContentType.StartsWith("application/problem+json", StringComparison.Ordinal)
            && JsonDocument.Parse(answer.Body).RootElement.TryGetProperty("code", out var code) && code.GetString() is { Length: > 0 },
        _ => false,
    };

    private (byte[] Bytes, bool HardlyHttp) Request(Random random, int number)
    {
        var odd = new Mutations(random);
        var route = odd.One(Routes);
        var path = route.Path;
        var body = route.Body.Length == 0 ? [] : odd.Body(Filled(route.Body), Bodies);
        if (route.Body.Length == 0 && odd.Chance(0.7))
            path = odd.Query(path);
        var headers = new Dictionary<string, string>
        {
            ["Authorization"] = $"Bearer {_tokens[route.Role]}",
            ["X-Tenant-ID"] = "iut",
            ["X-Request-Id"] = $"fuzz-{number}",
            ["Accept"] = "application/json",
        };
        if (route.Body.Length > 0)
            headers["Content-Type"] = "application/json";
        if (odd.Chance(0.3))
            headers["Idempotency-Key"] = $"fuzz-key-{random.Next(1_000)}";
        if (odd.Chance(0.25) && odd.One(HeaderNames) is var name)
            headers[name] = odd.Header(headers.GetValueOrDefault(name, "\"1\""));
        var head = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{route.Method} {Filled(path)} HTTP/1.1\r\nHost: x\r\n");
        foreach (var (header, value) in headers)
            head.Append(CultureInfo.InvariantCulture, $"{header}: {value}\r\n");
        if (route.Body.Length > 0)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        var first = Encoding.Latin1.GetBytes(head.Append("\r\n").ToString());
        return ([.. first, .. body], path.Contains("%00", StringComparison.Ordinal) || headers.Values.Any(value => value.Any(c => c is < ' ' or > '~')));
    }

    private string Filled(string text) => text.Replace("{dish}", _dish, StringComparison.Ordinal).Replace("{order}", _order, StringComparison.Ordinal);

    private async Task<bool> BooksBalanceAsync()
    {
        string? cursor = null;
        do
        {
            var page = await (await app.GetAsync($"/api/v1/stock?limit=50{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", _tokens[Role.Manager])).IsAsync(200);
            foreach (var item in page.GetProperty("items").EnumerateArray())
                if (item.Number("onHand") < 0 || item.Number("held") != 0
                    || item.Number("received") != item.Number("onHand") + item.Number("sold") + item.Number("writtenOff"))
                    throw new TimeoutException($"The books of a dish are wrong: {item}");
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }
        while (cursor is not null);
        return true;
    }

    private static int? Number(string variable)
        => int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;
}
