using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Cafeteria.Bench.Rush;

/// <summary>Students who watch their order on its event stream, and come back when the stream breaks.</summary>
internal sealed class Followers(HttpClient http, Tally tally) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<string, Follower> _followers = new(StringComparer.Ordinal);

    public int Count => _followers.Count;

    public int Open => _followers.Values.Count(follower => follower.Connected);

    public IReadOnlyDictionary<string, (int Version, string Status)> LastWords =>
        _followers.ToDictionary(pair => pair.Key, pair => (pair.Value.Version, pair.Value.Status), StringComparer.Ordinal);

    public void Follow(string orderId, string token)
    {
        var follower = new Follower(orderId, token);
        if (_followers.TryAdd(orderId, follower))
            follower.Following = FollowAsync(follower);
    }

    public async ValueTask DisposeAsync()
    {
        if (_over.IsCancellationRequested)
            return;
        await _over.CancelAsync();
        await Task.WhenAll(_followers.Values.Select(follower => follower.Following));
        _over.Dispose();
    }

    private async Task FollowAsync(Follower follower)
    {
        while (!follower.Ended && !_over.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(follower, _over.Token);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                // Cut off; the stream goes on after the last version seen.
            }

            follower.Connected = false;
            if (!follower.Ended)
                await Task.Delay(Random.Shared.Next(100, 500), _over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(Follower follower, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/orders/{follower.OrderId}/events");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", follower.Token);
        if (follower.Version > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", follower.Version.ToString(CultureInfo.InvariantCulture));
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NoContent)
            follower.Ended = true;
        if (response.StatusCode is not HttpStatusCode.OK)
            return;
        follower.Connected = true;
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken))
        {
            if (item.EventType is not ("snapshot" or "status"))
                continue;
            var now = DateTimeOffset.UtcNow;
            using var json = JsonDocument.Parse(item.Data);
            var version = json.RootElement.GetProperty("version").GetInt32();
            if (version <= follower.Version)
                tally.Wrong.Add($"the follower of {follower.OrderId} heard version {version} after {follower.Version}");
            if (item.EventType is "status")
                tally.Following.Record(now - json.RootElement.GetProperty("at").GetDateTimeOffset());
            (follower.Version, follower.Status) = (version, json.RootElement.GetProperty("status").GetString()!);
            follower.Ended = Books.IsFinal(follower.Status);
        }
    }

    private sealed class Follower(string orderId, string token)
    {
        public string OrderId => orderId;

        public string Token => token;

        public Task Following { get; set; } = Task.CompletedTask;

        public volatile bool Connected;

        public volatile bool Ended;

        public int Version { get; set; }

        public string Status { get; set; } = "";
    }
}
