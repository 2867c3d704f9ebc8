using System.Collections.Immutable;
using Cafeteria.Kitchen;
using Cafeteria.Orders;
using Cafeteria.Tracking;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cafeteria.Tests.Kitchen;

/// <summary>A rush in which every look finds nothing new, and the next order has been heard of before it is over.</summary>
public sealed class PingTests : IDisposable
{
    // So often is looked before a stream that says nothing is given up.
    private const int Looks = 20;

    private readonly CancellationTokenSource _ended = new();
    private readonly LiveConnection _connection = new(32, _ => { });
    private readonly LookClock _clock = new();
    private readonly IOptions<JsonOptions> _json = Options.Create(new JsonOptions());
    private readonly IOptions<TrackingOptions> _options = Options.Create(new TrackingOptions());

    public PingTests() => Hear();

    public void Dispose()
    {
        _connection.Dispose();
        _ended.Dispose();
    }

    [Fact]
    public async Task The_wall_hears_a_ping_though_signals_never_pause()
    {
        var station = Fake.Of<IKitchenStationGrain>((_, _) => Task.FromResult(Looked(ImmutableArray<StationTicket>.Empty)));
        var events = new KitchenEvents(_json, _options, _clock, NullLogger<KitchenEvents>.Instance);
        Assert.Equal(["snapshot", "ping"], await FirstTwoAsync(events.FollowAsync(new KitchenWall([("main", station)]), _connection, _ended.Token)));
        Assert.Equal(_options.Value.CompareEvery, _clock.Now);
    }

    [Fact]
    public async Task The_board_hears_a_ping_though_signals_never_pause()
    {
        var rows = Fake.Of<IOrderRows>((_, _) => Task.FromResult(Looked(ImmutableArray<CalledOrder>.Empty)));
        var events = new BoardEvents(rows, _json, _options, _clock, NullLogger<BoardEvents>.Instance);
        Assert.Equal(["board", "ping"], await FirstTwoAsync(events.FollowAsync("iut", BoardResponse.From([]), _connection, _ended.Token)));
        Assert.Equal(_options.Value.CompareEvery, _clock.Now);
    }

    private static async Task<List<string>> FirstTwoAsync(IAsyncEnumerable<StreamEvent> events)
    {
        var types = new List<string>();
        await foreach (var item in events)
        {
            types.Add(item.Type);
            if (types.Count == 2)
                break;
        }

        return types;
    }

    private void Hear() => _connection.Post(new Signal(new OrderChanged("iut", "o", "s", "A-1", 1, [], null, [])));

    private T Looked<T>(T answer)
    {
        _clock.Now += TimeSpan.FromSeconds(1);
        Hear();
        if (_clock.Now == TimeSpan.FromSeconds(Looks))
            _ended.Cancel();
        return answer;
    }

    /// <summary>Goes on by a second with each look.</summary>
    private sealed class LookClock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
