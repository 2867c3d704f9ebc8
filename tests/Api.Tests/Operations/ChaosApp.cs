using System.Net.ServerSentEvents;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Operations;

/// <summary>An app to break: pending orders are tried again sooner, so that a test can watch all three tries.</summary>
public class ChaosApp : CafeteriaApp
{
    protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("Orders:RetryAfter:0", "00:00:00.3"), new("Orders:RetryAfter:1", "00:00:00.6"), new("Orders:RetryAfter:2", "00:00:00.9"),
        new("Stock:HoldLease", "00:00:02"), new("Stock:LeaseCheck", "00:00:00.5"),
    ];

    public Task<string> AdminAsync() => TokenAsync("admin-001", Role.Admin);

    public async Task BreakAsync(string part, string mode = "error", double rate = 1, int seconds = 60, int? latencyMs = null)
        => await (await PostAsync("/api/v1/admin/chaos", await AdminAsync(), new { part, mode, rate, @for = seconds, latencyMs })).IsAsync(200);

    public async Task HealAsync()
        => await (await SendAsync(HttpMethod.Delete, "/api/v1/admin/chaos", await AdminAsync())).IsAsync(200);

    public async Task<JsonElement> HealthAsync() => await (await GetAsync("/api/health")).JsonAsync();

    public async Task<JsonElement> PlaceAsync(string student, string dish, string? key = null)
        => await (await PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } },
            key is null ? [] : [("Idempotency-Key", key)])).IsAsync(202);

    public async Task<string> StatusAsync(string student, string order)
        => (await (await GetAsync($"/api/v1/orders/{order}", student)).IsAsync(200)).Text("status");

    public Task ReachesAsync(string student, string order, string status)
        => Eventually.HoldsAsync($"the order is {status}", TimeSpan.FromSeconds(20), async () => await StatusAsync(student, order) == status);

    /// <summary>Reads a stream until an event of that type satisfies the condition, and answers its data.</summary>
    public async Task<JsonElement> EventAsync(string path, string token, string type, Func<JsonElement, bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new("Bearer", token);
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}");
        await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
        try
        {
            await foreach (var item in SseParser.Create(body).EnumerateAsync(limit.Token))
                if (item.EventType == type && JsonDocument.Parse(item.Data).RootElement is var data && condition(data))
                    return data;
        }
        catch (OperationCanceledException)
        {
        }

        throw new TimeoutException($"Expected within 20 s on {path}: {what}.");
    }
}

[CollectionDefinition(Name)]
public sealed class ChaosCollection : ICollectionFixture<ChaosApp>
{
    public const string Name = "an app to break";
}
