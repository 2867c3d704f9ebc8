using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using Cafeteria.Accounts;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Cafeteria.Storage;
using Cafeteria.Tracking;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans;

namespace Cafeteria.Tests.Tracking;

/// <summary>The stream is a hint: what it loses, repeats or never brings is found in the rows.</summary>
public sealed class LostEventTests : IAsyncLifetime
{
    private const string Id = "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    private static readonly OrderStatus[] Life = [OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready, OrderStatus.Completed];

    private readonly World _world = new();
    private readonly LiveOrders _live;
    private readonly OrderFollower _follower;
    private readonly EventStreams _streams;

    public LostEventTests()
    {
        var options = Options.Create(new TrackingOptions { CompareEvery = TimeSpan.FromMilliseconds(100), PingEvery = TimeSpan.FromMinutes(1), RenewEvery = TimeSpan.FromMilliseconds(200) });
        var grains = Fake.Of<IGrainFactory>(_world.Factory);
        var rows = Fake.Of<IOrderRows>(_world.Rows);
        _live = new LiveOrders(grains, rows, _world, Fake.Of<IChaos>((_, _) => null), options, NullLogger<LiveOrders>.Instance);
        _follower = new OrderFollower(grains, rows, Options.Create(new JsonOptions()), TimeProvider.System, NullLogger<OrderFollower>.Instance);
        _streams = new EventStreams(_world, _world, options, TimeProvider.System);
    }

    public Task InitializeAsync() => _live.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _live.StopAsync(CancellationToken.None);
        _live.Dispose();
    }

    [Fact]
    public async Task A_lost_last_event_is_found_by_comparing_with_the_rows()
    {
        _world.Version = 2;
        var seen = FollowAsync();
        await seen.First;
        _world.Version = 4;
        Assert.Equal([2, 3, 4], await seen.All);
    }

    [Fact]
    public async Task An_event_that_comes_over_a_gap_brings_the_gap_first()
    {
        _world.Version = 1;
        var seen = FollowAsync();
        await seen.First;
        _world.Version = 4;
        await _live.Push([World.Change(4, 1), World.Change(2, 1)]);
        Assert.Equal([1, 2, 3, 4], await seen.All);
    }

    [Fact]
    public async Task A_feed_that_forgot_this_process_is_told_again()
    {
        _world.Version = 1;
        var seen = FollowAsync();
        await seen.First;
        var told = _world.Observed;
        await Eventually.HoldsAsync("the feeds are told again", TimeSpan.FromSeconds(20), () => Task.FromResult(_world.Observed >= told + StreamNames.ShardsPerTenant));
        _world.Version = 4;
        await seen.All;
        await Eventually.HoldsAsync("the feeds are told that nobody watches any more", TimeSpan.FromSeconds(20), () => Task.FromResult(_world.Forgotten >= StreamNames.ShardsPerTenant));
    }

    [Fact]
    public async Task While_the_grains_do_not_answer_the_stream_stays_and_catches_up_later()
    {
        _world.Version = 1;
        var seen = FollowAsync();
        await seen.First;
        _world.Fails = true;
        _world.Version = 4;
        await _live.Push([World.Change(4, 1)]);
        await Eventually.HoldsAsync("the order was asked for in vain", TimeSpan.FromSeconds(20), () => Task.FromResult(_world.AskedInVain > 0));
        _world.Fails = false;
        Assert.Equal([1, 2, 3, 4], await seen.All);
    }

    [Theory]
    [InlineData("iut")]
    [InlineData("spice-route")]
    public async Task Feeds_that_one_tenant_cannot_reach_are_told_of_though_another_reaches_its_own(string unreachable)
    {
        using var one = Open("iut");
        using var other = Open("spice-route");
        _live.WatchOrder("iut", Id, one);
        _live.WatchOrder("spice-route", Id, other);
        _world.Unreachable = unreachable;
        var told = _world.Observed;

        // Three renewals of both: the second of them is whole.
        await Eventually.HoldsAsync("the feeds are told again", TimeSpan.FromSeconds(20), () => Task.FromResult(_world.Observed >= told + (6 * StreamNames.ShardsPerTenant)));
        Assert.False(_live.Listening);

        _world.Unreachable = null;
        await Eventually.HoldsAsync("all feeds are reached", TimeSpan.FromSeconds(20), () => Task.FromResult(_live.Listening));
    }

    private EventStream Open(string tenant) =>
        _streams.TryOpen(new Caller("s", tenant, Role.Student, "sid", "S", DateTimeOffset.UtcNow.AddMinutes(5)), tenant, new DefaultHttpContext())!;

    private (Task First, Task<List<int>> All) FollowAsync()
    {
        var stream = Open("iut");
        var connection = _live.WatchOrder("iut", Id, stream);
        var first = new TaskCompletionSource();
        return (first.Task, Task.Run(async () =>
        {
            await _live.ReadyAsync("iut", CancellationToken.None);
            var versions = new List<int>();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            using var over = limit.Token.Register(stream.End);
            await foreach (var item in _follower.FollowAsync(_world.Order, null, connection, stream.Ended))
            {
                if (item.Type != "ping")
                    versions.Add(JsonDocument.Parse(item.Data).RootElement.Number("version"));
                first.TrySetResult();
            }

            stream.Dispose();
            return versions;
        }));
    }

    /// <summary>One order, whose feeds never bring anything by themselves.</summary>
    private sealed class World : IDatabaseHealth, IRevokedSessions, IHostApplicationLifetime
    {
        private int _observed;
        private int _forgotten;
        private int _askedInVain;

        public volatile int Version = 1;
        public volatile bool Fails;
        public volatile string? Unreachable;

        public int Observed => Volatile.Read(ref _observed);

        public int Forgotten => Volatile.Read(ref _forgotten);

        public int AskedInVain => Volatile.Read(ref _askedInVain);

        public OrderState Order => new() { Tenant = "iut", OrderId = Id, Student = "s", Status = Life[Version - 1], History = Steps(1, Version) };

        public bool Reachable => true;

        public bool Serving => true;

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public static OrderChanged Change(int version, int steps) => new("iut", Id, "s", "A-1", version, Steps(version - steps + 1, version), null, []);

        public object? Factory(MethodInfo method, object?[] arguments)
        {
            if (method.Name != nameof(IGrainFactory.GetGrain))
                return method.Name == nameof(IGrainFactory.CreateObjectReference) ? arguments[0] : null;
            return method.ReturnType == typeof(IOrderFeedGrain) ? Fake.Of<IOrderFeedGrain>((asked, _) => Feed(asked, (string)arguments[0]!)) : Fake.Of<IOrderGrain>(Grain);
        }

        public object? Rows(MethodInfo method, object?[] arguments) => method.Name switch
        {
            nameof(IOrderRows.VersionsAsync) => Task.FromResult(((IReadOnlyCollection<string>)arguments[1]!).ToImmutableDictionary(id => id, _ => Version)),
            _ => throw new NotSupportedException(method.Name),
        };

        public Task RevokeAsync(string sessionId, DateTimeOffset tokensExpireAt, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public bool IsRevoked(string sessionId) => false;

        public IDisposable OnRevoked(string sessionId, Action callback) => new CancellationTokenSource();

        public void StopApplication()
        {
        }

        private Task Feed(MethodInfo method, string key)
        {
            Interlocked.Increment(ref method.Name == nameof(IOrderFeedGrain.Observe) ? ref _observed : ref _forgotten);
            return GrainKey.Parse(key).Tenant == Unreachable ? Task.FromException(new TimeoutException()) : Task.CompletedTask;
        }

        private object? Grain(MethodInfo method, object?[] arguments)
        {
            if (!Fails)
                return Task.FromResult<OrderState?>(Order);
            Interlocked.Increment(ref _askedInVain);
            return Task.FromException<OrderState?>(new TimeoutException());
        }

        private static ImmutableArray<Transition> Steps(int first, int last)
            => [.. Enumerable.Range(first, last - first + 1).Select(v => new Transition(Life[v - 1], DateTimeOffset.UnixEpoch.AddMinutes(v), "system", null))];
    }
}
