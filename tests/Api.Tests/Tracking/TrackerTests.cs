using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Cafeteria.Accounts;

namespace Cafeteria.Tests.Tracking;

[Collection(AppCollection.Name)]
public sealed class TrackerTests(CafeteriaApp app)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Each_of_500_connections_gets_every_version_in_order_and_then_the_end()
    {
        var student = await StudentAsync();
        var id = await PlaceAsync(student, await app.AddDishAsync(1, prepSeconds: 4));
        using var http = app.NewClient();
        using var limit = new CancellationTokenSource(Limit);
        var followers = Enumerable.Range(0, 500).Select(_ => FollowAsync(http, id, student, null, limit.Token)).ToArray();

        await WaitForStatusAsync(id, student, "ready");
        await (await app.PostAsync($"/api/v1/orders/{id}/complete", await app.TokenAsync("waiter", Role.Waiter))).IsAsync(200);
        var final = (await (await app.GetAsync($"/api/v1/orders/{id}", student)).IsAsync(200)).Number("version");

        foreach (var events in await Task.WhenAll(followers))
        {
            Assert.Equal("snapshot", events[0].Type);
            Assert.All(events.Skip(1), item => Assert.Equal("status", item.Type));
            Assert.Equal(Enumerable.Range(events[0].Version, final - events[0].Version + 1), events.Select(item => item.Version));
            Assert.Equal("completed", events[^1].Status);
        }
    }

    [Fact]
    public async Task Who_comes_back_goes_on_without_gap_or_repeat()
    {
        var student = await StudentAsync();
        var id = await PlaceAsync(student, await app.AddDishAsync(1, prepSeconds: 1));
        await WaitForStatusAsync(id, student, "ready");
        var order = await (await app.GetAsync($"/api/v1/orders/{id}", student)).IsAsync(200);
        var version = order.Number("version");
        using var limit = new CancellationTokenSource(Limit);

        for (var seen = 1; seen < version; seen++)
        {
            await using var stream = await OpenAsync($"/api/v1/orders/{id}/events", student, limit.Token, ("Last-Event-ID", $"{seen}"));
            for (var next = seen + 1; next <= version; next++)
                Assert.Equal($"{next}", (await NextAsync(stream)).EventId);
        }

        await using var current = await OpenAsync($"/api/v1/orders/{id}/events", student, limit.Token, ("Last-Event-ID", $"{version}"));
        await (await app.PostAsync($"/api/v1/orders/{id}/complete", await app.TokenAsync("waiter", Role.Waiter))).IsAsync(200);
        var last = await NextAsync(current);
        Assert.Equal(("status", $"{version + 1}"), (last.EventType, last.EventId));
        Assert.False(await current.MoveNextAsync(), "the stream should end with the order");

        foreach (var seen in new[] { version + 1, version + 2, int.MaxValue })
            await (await app.GetAsync($"/api/v1/orders/{id}/events", student, ("Last-Event-ID", $"{seen}"))).IsAsync(204);
        foreach (var odd in new[] { "x", "-1", "0", "1.5", "99999999999999999999" })
            Assert.Contains($"id: {version + 1}", await (await app.GetAsync($"/api/v1/orders/{id}/events", student, ("Last-Event-ID", odd))).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_connection_follows_all_orders_of_a_student_also_those_yet_to_come()
    {
        var student = await StudentAsync();
        var dish = await app.AddDishAsync(10, prepSeconds: 1);
        var before = await PlaceAsync(student, dish);
        using var limit = new CancellationTokenSource(Limit);
        await using var stream = await OpenAsync("/api/v1/orders/events", student, limit.Token);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(("snapshot", null), (stream.Current.EventType, stream.Current.EventId));
        Assert.Equal(before, OrderOf(stream.Current));

        var later = await PlaceAsync(student, dish);
        var seen = new Dictionary<string, List<(string Type, int Version, string Status)>> { [before] = [], [later] = [] };
        while (!seen.Values.All(events => events.Exists(item => item.Status == "ready")))
        {
            var item = await NextAsync(stream);
            var data = JsonDocument.Parse(item.Data).RootElement;
            seen[data.Text("orderId")].Add((item.EventType, data.Number("version"), data.Text("status")));
        }

        Assert.Equal("snapshot", seen[later][0].Type);
        foreach (var events in seen.Values)
            Assert.Equal(Enumerable.Range(events[0].Version, events.Count), events.Select(item => item.Version));
    }

    [Fact]
    public async Task Readers_that_never_read_harm_nobody()
    {
        var student = await StudentAsync();
        var silent = new List<TcpClient>();
        for (var i = 0; i < 100; i++)
        {
            var client = new TcpClient { ReceiveBufferSize = 1024 };
            await client.ConnectAsync(app.Address.Host, app.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /api/v1/orders/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {student}\r\n\r\n"));
            silent.Add(client);
        }

        var dish = await app.AddDishAsync(100, prepSeconds: 1);
        using var limit = new CancellationTokenSource(Limit);
        await using var reader = await OpenAsync("/api/v1/orders/events", student, limit.Token);
        var placed = new HashSet<string>();
        for (var i = 0; i < 40; i++)
            placed.Add(await PlaceAsync(student, dish));
        while (placed.Count > 0)
        {
            var data = JsonDocument.Parse((await NextAsync(reader)).Data).RootElement;
            if (data.Text("status") == "ready")
                placed.Remove(data.Text("orderId"));
        }

        foreach (var client in silent)
            client.Dispose();
    }

    [Fact]
    public async Task A_stream_ends_when_its_session_does()
    {
        var id = $"w-{Guid.NewGuid():N}"[..20];
        await (await app.PostAsync("/api/v1/auth/register", null, new { studentId = id, email = $"{id}@example.org", password = "right-password", fullName = "A" })).IsAsync(201);
        var token = (await (await app.PostAsync("/api/v1/auth/login", null, new { login = id, password = "right-password" })).IsAsync(200)).Text("accessToken");
        using var limit = new CancellationTokenSource(Limit);
        await using var stream = await OpenAsync("/api/v1/orders/events", token, limit.Token);
        Assert.True(await stream.MoveNextAsync());
        await (await app.PostAsync("/api/v1/auth/logout", token)).IsAsync(204);
        while (await stream.MoveNextAsync())
            Assert.Equal("ping", stream.Current.EventType);
    }

    [Fact]
    public async Task A_quiet_stream_is_pinged()
    {
        using var limit = new CancellationTokenSource(Limit);
        await using var stream = await OpenAsync("/api/v1/orders/events", await StudentAsync(), limit.Token);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(await stream.MoveNextAsync());
            Assert.Equal("ping", stream.Current.EventType);
        }
    }

    [Fact]
    public async Task A_WebSocket_brings_the_same_events()
    {
        var student = await StudentAsync();
        var id = await PlaceAsync(student, await app.AddDishAsync(1, prepSeconds: 1));
        using var limit = new CancellationTokenSource(Limit);
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{app.Address.Authority}/ws/v1/order-tracking/{id}?access_token={student}"), limit.Token);
        var versions = new List<int>();
        var status = "";
        await socket.SendAsync(Encoding.UTF8.GetBytes("ping"), WebSocketMessageType.Text, true, limit.Token);
        var pong = false;
        while (socket.State is WebSocketState.Open)
        {
            var buffer = new byte[4096];
            var received = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
            if (received.MessageType is WebSocketMessageType.Close)
                break;
            var frame = JsonDocument.Parse(buffer.AsMemory(0, received.Count)).RootElement;
            pong |= frame.Text("event") == "pong";
            if (frame.Text("event") is not ("snapshot" or "status"))
                continue;
            Assert.Equal(versions.Count == 0 ? "snapshot" : "status", frame.Text("event"));
            versions.Add(frame.Number("version"));
            if ((status = frame.Text("status")) == "ready")
                await (await app.PostAsync($"/api/v1/orders/{id}/complete", await app.TokenAsync("waiter", Role.Waiter))).IsAsync(200);
        }

        Assert.Equal("completed", status);
        Assert.True(pong, "a ping in words should have been answered");
        Assert.Equal(Enumerable.Range(versions[0], versions.Count), versions);

        foreach (var (token, order, expected) in new[] { (await StudentAsync(), id, 404), ("x", id, 401), (student, "aaaaaaaaaaaaaaaaaaaaaaaaaa", 404) })
        {
            using var refused = new ClientWebSocket();
            refused.Options.CollectHttpResponseDetails = true;
            await Assert.ThrowsAsync<WebSocketException>(
                () => refused.ConnectAsync(new Uri($"ws://{app.Address.Authority}/ws/v1/order-tracking/{order}?access_token={token}"), limit.Token));
            Assert.Equal(expected, (int)refused.HttpStatusCode);
        }
    }

    private Task<string> StudentAsync() => app.TokenAsync($"f-{Guid.NewGuid():N}"[..20]);

    private async Task<string> PlaceAsync(string student, string dish)
        => (await (await app.PostAsync("/api/v1/orders", student, new { lines = new[] { new { itemId = dish, quantity = 1 } } })).IsAsync(202)).Text("id");

    private Task WaitForStatusAsync(string id, string student, string status)
        => Eventually.HoldsAsync($"the order is {status}", TimeSpan.FromSeconds(60),
            async () => (await (await app.GetAsync($"/api/v1/orders/{id}", student)).IsAsync(200)).Text("status") == status);

    private static string OrderOf(SseItem<string> item) => JsonDocument.Parse(item.Data).RootElement.Text("orderId");

    /// <summary>Until the server ends the stream; pings left out.</summary>
    private static async Task<List<(string Type, int Version, string Status)>> FollowAsync(HttpClient http, string id, string token, string? last, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/v1/orders/{id}/events", UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (last is not null)
            request.Headers.Add("Last-Event-ID", last);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        var events = new List<(string, int, string)>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken)).EnumerateAsync(cancellationToken))
            if (item.EventType != "ping")
            {
                var data = JsonDocument.Parse(item.Data).RootElement;
                Assert.Equal(item.EventId, $"{data.Number("version")}");
                events.Add((item.EventType, data.Number("version"), data.Text("status")));
            }

        return events;
    }

    private async Task<IAsyncEnumerator<SseItem<string>>> OpenAsync(string path, string token, CancellationToken cancellationToken, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        var response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode}");
        return SseParser.Create(await response.Content.ReadAsStreamAsync(cancellationToken)).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private static async Task<SseItem<string>> NextAsync(IAsyncEnumerator<SseItem<string>> stream)
    {
        while (await stream.MoveNextAsync())
            if (stream.Current.EventType != "ping")
                return stream.Current;
        throw new InvalidOperationException("The stream ended.");
    }
}
