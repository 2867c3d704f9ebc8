using Cafeteria.EmbeddedSilo.Hosting;
using Cafeteria.EmbeddedSilo.Runtime;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Cafeteria.Tracking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Cafeteria.Tests.Schedules;

/// <summary>A silo with the product's grains, in which nothing happens but by the steps of a schedule.</summary>
internal sealed class StepSilo : Schedule
{
    public const string Tenant = "t";
    private static readonly TimeSpan Never = TimeSpan.FromHours(1); // of the real clock

    private readonly Steps _steps;
    private readonly SiloRuntime _runtime;
    private readonly Func<GrainCall, string, bool> _intercept;
    private readonly string _name;
    private TimeProvider _domain = TimeProvider.System;

    /// <param name="intercept">Sees every message (and the key it goes to); true: it has seen to it, or it is lost.</param>
    public StepSilo(string name, Steps steps, StepRows rows, Func<StepSilo, GrainCall, string, bool> intercept)
    {
        (_name, _steps, _intercept, Time) = (name, steps, (call, key) => intercept(this, call, key), new SiloClock(this, steps.Clock));
        var storage = new StepStorage(this, steps, rows);
        Rows = storage;
        var services = new ServiceCollection();
        SiloBuilder.AddTo(services, new ConfigurationBuilder().Build());
        services.AddSingleton<Schedule>(this);
        services.AddKeyedSingleton<TimeProvider>(ClockName.Cafeteria, new DomainClock(this));
        services.AddKeyedSingleton<IGrainStorage>(StorageNames.Orders, storage);
        services.AddKeyedSingleton<IGrainStorage>(StorageNames.Grains, storage);
        services.AddSingleton<IStockBooks>(storage);
        services.AddSingleton<IOrderRows>(storage);
        services.AddSingleton<IMenuBoard>(new FixedMenu());
        services.AddKeyedSingleton<IStreamProvider>(StreamNames.Live, new NoStreams());
        services.AddCafeteriaGrains(new ConfigurationBuilder().Build());
        services.Configure<TenantOptions>(tenants => tenants.Known[Tenant] = new TenantInfo { TimeZone = "UTC" });
        services.Configure<OrderOptions>(orders => (orders.SecureWithin, orders.PickupWindow) = (Never, TimeSpan.FromMinutes(1)));
        services.Configure<StockOptions>(stock => (stock.LeaseCheck, stock.ReportEvery, stock.FoldAfterSales) = (TimeSpan.FromSeconds(10), Timeout.InfiniteTimeSpan, 2));
        services.Configure<KitchenOptions>(kitchen => kitchen.Tick = TimeSpan.FromSeconds(10));
        services.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = Never);
        services.Configure<GrainCollectionOptions>(collection =>
            (collection.ActivationTimeout, collection.DeactivationTimeout) = (Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        _runtime = services.BuildServiceProvider().GetRequiredService<SiloRuntime>();
        _runtime.Open();
    }

    public override TimeProvider Time { get; }

    public IOrderRows Rows { get; }

    public DateTimeOffset Now => _domain.GetUtcNow();

    public bool IsDead => _steps.IsDead(this);

    public IOrderGrain Order(string id) => _runtime.GetGrain<IOrderGrain>(GrainKey.For(Tenant, id));

    public IStockItemGrain Item(string id) => _runtime.GetGrain<IStockItemGrain>(GrainKey.For(Tenant, id));

    public IKitchenStationGrain Station => _runtime.GetGrain<IKitchenStationGrain>(GrainKey.For(Tenant, "main"));

    public override void Ready(Activation activation) => _steps.AddReady(activation);

    public override void Sent(GrainCall call, GrainClass to, string key, Action arrive)
    {
        if (IsDead || _intercept(call, key))
            return;
        if (call is { Source: not null, IsOneWay: false } && _steps.Troubled && _steps.Choices.OneIn(30))
            _steps.Add(this, "too late:", call, () => call.TimeOut(Never)); // if it is not answered by then
        if (_steps.Choices.OneIn(2))
            arrive(); // on the caller's thread, as nearly always
        else
            _steps.Add(this, "arrives:", call, arrive);
    }

    /// <summary>As by SIGKILL: what is in memory is gone, and whoever waits for an answer learns that there will be none.</summary>
    public void Kill()
    {
        _steps.Kill(this);
        _runtime.Stop();
    }

    /// <summary>Empty, as if it had never run.</summary>
    /// <param name="clock">What its domain goes by.</param>
    public void Restart(TimeProvider clock)
    {
        _domain = clock;
        Kill();
        foreach (var grains in _runtime.Catalog.Classes)
            grains.Activations.Clear();
        _runtime.Open();
    }

    public override string ToString() => _name;

    private sealed class SiloClock(StepSilo silo, StepClock clock) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            clock.CreateTimer(silo, callback, state);
    }

    private sealed class DomainClock(StepSilo silo) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => silo._domain.GetUtcNow();
    }

    private sealed class FixedMenu : IMenuBoard
    {
        private static readonly MenuSnapshot Menu = new(
            new MenuVersion(1, 1, ""), [new MenuCategory("all", "Everything", 1)], [Cafe.Dish("soup"), Cafe.Dish("ramen")],
            [new MenuStation("main", "Main kitchen")], ImmutableDictionary<string, StockReport>.Empty, []);

        public ValueTask<MenuSnapshot> GetAsync(string tenant, CancellationToken cancellationToken = default) => new(Menu);

        public ValueTask<MenuSnapshot?> GetRecentAsync(string tenant, CancellationToken cancellationToken = default) => new(Menu);

        public Task RefreshAsync(string tenant, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }

    /// <summary>Nobody watches.</summary>
    private sealed class NoStreams : IStreamProvider
    {
        public string Name => StreamNames.Live;

        public bool IsRewindable => false;

        public IAsyncStream<T> GetStream<T>(StreamId streamId) => Nowhere<T>.Stream;

        private sealed class Nowhere<T> : IAsyncStream<T>
        {
            public static readonly Nowhere<T> Stream = new();

            public string ProviderName => StreamNames.Live;

            public StreamId StreamId => default;

            public bool IsRewindable => false;

            public Task OnNextAsync(T item, StreamSequenceToken? token = null) => Task.CompletedTask;

            public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null) => Task.CompletedTask;

            public Task OnCompletedAsync() => Task.CompletedTask;

            public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

            public bool Equals(IAsyncStream<T>? other) => ReferenceEquals(this, other);
        }
    }
}
