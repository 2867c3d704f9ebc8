using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Cafeteria.Tests;

/// <summary>The HTTP contract as a client uses it. Sessions are good in every process on one database.</summary>
public sealed class CafeteriaClient : IDisposable
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;

    /// <param name="trust">Which certificates are good; null: those that the machine trusts.</param>
    public CafeteriaClient(Uri address, RemoteCertificateValidationCallback? trust = null) =>
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxConnectionsPerServer = 512,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = trust },
        })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(100), // a sign-in waits its turn behind others', at a low priority
        };

    public CafeteriaClient(SiloProcess silo) : this(silo.Address)
    {
    }

    public Task<Answer<object>> RegisterAsync(string studentId, string password, string? email = null) =>
        SendAsync<object>(null, HttpMethod.Post, "auth/register", new { studentId, password, email = email ?? $"{studentId}@example.org", fullName = $"Student {studentId}" });

    public Task<Answer<Session>> LoginAsync(string login, string password) => SendAsync<Session>(null, HttpMethod.Post, "auth/login", new { login, password });

    public async Task<Session> SignInAsync(string login, string password) => (await LoginAsync(login, password)).Value with { Login = login };

    /// <summary>The manager of the first data (Development).</summary>
    public Task<Session> SignInManagerAsync() => SignInAsync("manager1", "Password@123");

    /// <summary>A student of the first data (Development).</summary>
    public Task<Session> SignInStudentAsync() => SignInAsync("student1", "password123");

    public Task<Answer<Order>> PlaceAsync(Session student, string? key, params Line[] lines) => PlaceAsync(student, key, lines, CancellationToken.None);

    public Task<Answer<Order>> PlaceAsync(Session student, string? key, Line[] lines, CancellationToken cancellationToken) =>
        SendAsync<Order>(student, HttpMethod.Post, "orders", new { lines }, key, cancellationToken);

    public Task<Answer<Order>> GetOrderAsync(Session who, string id) => SendAsync<Order>(who, HttpMethod.Get, $"orders/{id}");

    public Task<Answer<Order>> CancelAsync(Session who, string id) => SendAsync<Order>(who, HttpMethod.Post, $"orders/{id}/cancel");

    /// <summary>One's own, staff everybody's; at most 200. <paramref name="statuses"/> separated by commas.</summary>
    public async Task<IReadOnlyList<Order>> ListOrdersAsync(Session who, string statuses) =>
        (await SendAsync<OrderPage>(who, HttpMethod.Get, $"orders?limit=200&status={statuses}")).Value.Items;

    public async Task<Stock> GetStockAsync(Session staff, string itemId) => (await SendAsync<Stock>(staff, HttpMethod.Get, $"stock/{itemId}")).Value;

    public Task<Answer<Stock>> ReceiveAsync(Session manager, string itemId, int quantity) =>
        SendAsync<Stock>(manager, HttpMethod.Post, $"stock/{itemId}/receive", new { quantity });

    public Task<Answer<Stock>> WriteOffAsync(Session manager, string itemId, int quantity) =>
        SendAsync<Stock>(manager, HttpMethod.Post, $"stock/{itemId}/write-off", new { quantity, reason = "test" });

    public Task<Answer<Dish>> GetDishAsync(string itemId) => SendAsync<Dish>(null, HttpMethod.Get, $"menu/items/{itemId}");

    public Task<Answer<Dish>> PutDishAsync(Session manager, string itemId, object dish) => SendAsync<Dish>(manager, HttpMethod.Put, $"menu/items/{itemId}", dish);

    /// <summary>A dish of a test's own, cooked in a second, with this many portions.</summary>
    public async Task<string> AddDishAsync(Session manager, string itemId, int portions)
    {
        var dish = new { id = itemId, name = itemId, categoryId = "main", price = new Money(10000, "BDT"), prepSeconds = 1 };
        _ = (await SendAsync<Dish>(manager, HttpMethod.Post, "menu/items", dish)).Value;
        if (portions > 0)
            _ = (await ReceiveAsync(manager, itemId, portions)).Value;
        return itemId;
    }

    /// <summary>How many cooks the automatic kitchen has: 100 at most.</summary>
    public async Task SetCooksAsync(Session manager, int cooks) =>
        _ = (await SendAsync<object>(manager, HttpMethod.Put, "kitchen/stations/main", new { cooks, mode = "auto" })).Value;

    /// <summary>An order's event stream until it ends or is broken.</summary>
    public async IAsyncEnumerable<ServerEvent> EventsAsync(
        Session who, string orderId, string? lastEventId = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var request = Request(who, HttpMethod.Get, $"orders/{orderId}/events");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
            yield return new ServerEvent(item.EventType, item.EventId, item.Data);
    }

    /// <summary>Anything of the contract; paths are relative to <c>/api/v1/</c>.</summary>
    public async Task<Answer<T>> SendAsync<T>(
        Session? who, HttpMethod method, string path, object? body = null, string? key = null, CancellationToken cancellationToken = default)
        where T : class
    {
        using var request = Request(who, method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body, options: Json);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        var started = Stopwatch.GetTimestamp();
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new Answer<T>(
            response.StatusCode, text, response.Headers.Contains("Idempotency-Replayed"), response.Headers.RetryAfter?.Delta, Stopwatch.GetElapsedTime(started));
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(Session? who, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri($"/api/v1/{path}", UriKind.Relative));
        if (who is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", who.AccessToken);
        return request;
    }
}
