using System.Net.Sockets;

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
