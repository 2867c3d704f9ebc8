using System.Net.Sockets;
using System.Text.Json;

namespace Cafeteria.Tests;

public sealed class StopTests(StopTests.Fixture fixture) : IClassFixture<StopTests.Fixture>
{
    private const int Students = 8;
    private const int StreamsEach = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private readonly RunningCafeteria _cafeteria = fixture.Cafeteria;

    public sealed class Fixture : IAsyncLifetime
    {
        public RunningCafeteria Cafeteria { get; private set; } = null!;

        public async Task InitializeAsync() => Cafeteria = await RunningCafeteria.OpenAsync();

        public Task DisposeAsync() => Cafeteria.DisposeAsync().AsTask();
    }

    [Theory]
    [InlineData("SIGTERM")]
    [InlineData("Ctrl-C")]
    public async Task A_stop_with_open_event_streams_takes_less_than_five_seconds(string how)
    {
        await _cafeteria.EnsureServingAsync();
        var students = await _cafeteria.AdmitAsync($"stop-{how.ToLowerInvariant()}", Students);
        var dish = new { id = $"slow-{how.ToLowerInvariant()}", name = how, categoryId = "main", price = new Money(100, "BDT"), prepSeconds = 3600 };
        _ = (await _cafeteria.Client.SendAsync<Dish>(_cafeteria.Manager, HttpMethod.Post, "menu/items", dish)).Value;
        _ = (await _cafeteria.Client.ReceiveAsync(_cafeteria.Manager, dish.id, 10)).Value;
        var orders = await Task.WhenAll(students.Select(async student => (await _cafeteria.Client.PlaceAsync(student, how, new Line(dish.id, 1))).Value));

        // All but one of them read; that one has a full socket, and must not hold the others up either.
        var open = 0;
        var streams = students.Zip(orders).SelectMany(pair => Enumerable.Range(0, StreamsEach)
            .Select(_ => FollowAsync(pair.First, pair.Second.Id, () => Interlocked.Increment(ref open)))).ToArray();
        using var silent = await OpenWithoutReadingAsync(students[0], orders[0].Id);
        await Eventually.TrueAsync(
            () => Task.FromResult(open == streams.Length), TimeSpan.FromSeconds(20), () => $"{streams.Length} streams should be open, {open} are");

        var took = how == "SIGTERM" ? await _cafeteria.Silo.StopAsync(Limit) : await _cafeteria.Silo.InterruptAsync(Limit);

        Assert.InRange(took, TimeSpan.Zero, Limit);
        await Task.WhenAll(streams).WaitAsync(Limit);
        // What let go of the trackers threw, and the host called it critical, in every stop somebody had followed an order before.
        Assert.DoesNotContain(_cafeteria.Silo.Log.Lines, line => line.Contains("crit", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A stop waits for what grains are doing, and would wait for ten seconds of nothing.</summary>
    [Fact]
    public async Task A_grain_that_is_made_slow_on_purpose_does_not_hold_up_a_stop()
    {
        await _cafeteria.EnsureServingAsync();
        var (client, student) = (_cafeteria.Client, (await _cafeteria.AdmitAsync("slowed", 1))[0]);
        var dish = await client.AddDishAsync(_cafeteria.Manager, "slowed", 5);
        var admin = await client.SignInAsync("ADMIN-001", "AdminPass123!");
        var fault = new { part = "stock", mode = "latency", latencyMs = 10_000, @for = 10 };
        _ = (await client.SendAsync<object>(admin, HttpMethod.Post, "admin/chaos", fault)).Value;
        var placing = client.PlaceAsync(student, "slowed", new Line(dish, 1));
        await Eventually.TrueAsync(
            async () => (await client.SendAsync<JsonDocument>(admin, HttpMethod.Get, "admin/chaos")).Value.RootElement.GetProperty("faults")[0].GetProperty("struck").GetInt64() > 0,
            TimeSpan.FromSeconds(8), () => "the order's item should have been made slow");

        Assert.InRange(await _cafeteria.Silo.StopAsync(Limit), TimeSpan.Zero, Limit);
        await placing.ContinueWith(_ => { }, TaskScheduler.Default); // answered, or cut off by the stop
    }

    private async Task FollowAsync(Session student, string orderId, Action begun)
    {
        try
        {
            await foreach (var item in _cafeteria.Client.EventsAsync(student, orderId))
                if (item.Type == "snapshot")
                    begun();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // Cut off: a client connects again.
        }
    }

    private async Task<Socket> OpenWithoutReadingAsync(Session student, string orderId)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1024 };
        await socket.ConnectAsync(_cafeteria.Silo.Address.Host, _cafeteria.Silo.Address.Port);
        await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(
            $"GET /api/v1/orders/{orderId}/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {student.AccessToken}\r\n\r\n"));
        return socket;
    }
}
