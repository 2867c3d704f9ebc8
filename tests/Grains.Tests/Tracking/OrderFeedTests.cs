using System.Collections.Concurrent;
using Cafeteria.Orders;
using Cafeteria.Tracking;

namespace Cafeteria.Tests.Tracking;

public sealed class OrderFeedTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Every_version_of_every_order_reaches_the_observer_in_order()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        using var watcher = await Watcher.StartAsync(cafe);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(n => cafe.PlaceAsync($"o{n}", $"s{n}", ("soup", 1))));
        for (var n = 0; n < 40; n++)
        {
            var order = $"o{n}";
            await Waiting.UntilAsync(async () =>
            {
                cafe.Silo.Clock.Advance(TimeSpan.FromMilliseconds(200));
                return (await cafe.Order(order).Get())!.Status is OrderStatus.Ready;
            }, $"{order} to be ready");
        }

        for (var n = 0; n < 40; n++)
            Assert.Equal(
                [OrderStatus.Pending, OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready], await watcher.StatusesAsync($"o{n}", 4));
    }

    [Fact]
    public async Task Two_processes_hear_the_same_and_one_that_said_good_bye_hears_nothing_more()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        using var staying = await Watcher.StartAsync(cafe);
        using var leaving = await Watcher.StartAsync(cafe);
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await staying.StatusesAsync("o1", 3);
        await leaving.StatusesAsync("o1", 3);

        await leaving.ForgetAsync();
        await leaving.ForgetAsync();
        var heard = leaving.Heard;
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));
        await staying.StatusesAsync("o1", 4);

        Assert.Equal(heard, leaving.Heard);
    }

    [Fact]
    public async Task Who_observes_twice_hears_everything_once()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        using var watcher = await Watcher.StartAsync(cafe);
        await watcher.ObserveAsync();

        await cafe.AcceptedAsync("o1", ("soup", 1));
        await watcher.StatusesAsync("o1", 3);
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));
        await watcher.StatusesAsync("o1", 4);

        Assert.Equal(watcher.Heard, watcher.HeardOnce);
    }

    [Fact]
    public async Task A_feed_that_begins_anew_goes_on_once_the_process_observes_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        using var watcher = await Watcher.StartAsync(cafe);
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await watcher.StatusesAsync("o1", 3);

        await cafe.DeactivateAsync(cafe.Silo.Grains.GetGrain<IOrderFeedGrain>(StreamNames.OrderEventsKey(cafe.Tenant, "o1")));
        await watcher.ObserveAsync();
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(OrderStatus.Ready, (await watcher.StatusesAsync("o1", 4))[^1]);
    }

    [Fact]
    public async Task What_could_not_be_published_comes_with_the_next_change()
    {
        var cafe = await fixture.OpenAsync(("soup", 50));
        using var watcher = await Watcher.StartAsync(cafe);
        await cafe.AcceptedAsync("o1", ("soup", 1));
        await watcher.StatusesAsync("o1", 3);
        await cafe.DeactivateAsync(cafe.Order("o1"));

        // A new activation does not know what was published: it tells all again, and versions tell what is new.
        cafe.Silo.Clock.Advance(TimeSpan.FromSeconds(8));
        await cafe.SweepAsync();

        Assert.Equal(
            [OrderStatus.Pending, OrderStatus.StockVerified, OrderStatus.InKitchen, OrderStatus.Ready], await watcher.StatusesAsync("o1", 4));
    }

    /// <summary>What an API process is to the feeds of a tenant.</summary>
    private sealed class Watcher : IOrderFeedObserver, IDisposable
    {
        private readonly ConcurrentQueue<OrderChanged> _changes = new();
        private readonly Cafe _cafe;
        private readonly IOrderFeedObserver _reference;

        private Watcher(Cafe cafe)
        {
            _cafe = cafe;
            _reference = cafe.Silo.Grains.CreateObjectReference<IOrderFeedObserver>(this);
        }

        public int Heard => _changes.Count;

        public int HeardOnce => _changes.DistinctBy(change => (change.OrderId, change.Version)).Count();

        public static async Task<Watcher> StartAsync(Cafe cafe)
        {
            var watcher = new Watcher(cafe);
            await watcher.ObserveAsync();
            return watcher;
        }

        public Task ObserveAsync() => Task.WhenAll(Feeds().Select(feed => feed.Observe(_reference)));

        public Task ForgetAsync() => Task.WhenAll(Feeds().Select(feed => feed.Forget(_reference)));

        public Task Push(ImmutableArray<OrderChanged> changes)
        {
            foreach (var change in changes)
                _changes.Enqueue(change);
            return Task.CompletedTask;
        }

        /// <summary>The order's steps as they came, until there are that many; what was heard before is left out.</summary>
        public async Task<OrderStatus[]> StatusesAsync(string order, int version)
        {
            var statuses = await Waiting.UntilAsync(
                () => Task.FromResult(StatusesOf(order)), statuses => statuses.Length >= version, $"version {version} of {order} to be heard of");
            Assert.Equal(version, statuses.Length);
            return statuses;
        }

        public void Dispose() => _cafe.Silo.Grains.DeleteObjectReference<IOrderFeedObserver>(_reference);

        private OrderStatus[] StatusesOf(string order)
        {
            var statuses = new List<OrderStatus>();
            foreach (var change in _changes.Where(change => change.OrderId == order && change.Tenant == _cafe.Tenant))
            {
                var first = change.Version - change.Steps.Length + 1;
                Assert.True(first <= statuses.Count + 1, $"{order}: version {first} after {statuses.Count}");
                statuses.AddRange(change.Steps.Skip(statuses.Count + 1 - first).Select(step => step.Status));
            }

            return [.. statuses];
        }

        private IEnumerable<IOrderFeedGrain> Feeds() =>
            StreamNames.OrderEventsKeys(_cafe.Tenant).Select(key => _cafe.Silo.Grains.GetGrain<IOrderFeedGrain>(key));
    }
}
