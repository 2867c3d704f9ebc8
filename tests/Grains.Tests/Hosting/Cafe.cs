using Cafeteria.Accounts;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Students;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>One tenant with a menu and its stock, and everything a test does with it.</summary>
internal sealed class Cafe(TestSilo silo, string tenant)
{
    private const int Prep = 5;
    public static readonly Actor Cook = new("kitchen1", true);

    public string Tenant => tenant;

    public TestSilo Silo => silo;

    public Faults Faults => silo.Faults;

    /// <summary>Opens with dishes (id, portions) that the station <c>main</c> makes.</summary>
    public static async Task<Cafe> OpenAsync(TestSilo silo, params (string Id, int Portions)[] dishes)
    {
        var cafe = new Cafe(silo, TestSilo.NextTenant());
        await cafe.Menu.Seed(new MenuSeed(
            [new MenuCategory("all", "Everything", 1)],
            [.. dishes.Select(dish => Dish(dish.Id))],
            [new MenuStation("main", "Main kitchen")]));
        foreach (var (id, portions) in dishes.Where(dish => dish.Portions > 0))
            await cafe.Item(id).Receive(Delivery(portions, "first"));
        return cafe;
    }

    /// <summary>The same tenant as another silo on the same rows has it.</summary>
    public Cafe At(TestSilo other) => new(other, tenant);

    public static MenuItem Dish(string id, long price = 10_000) => new(id, $"Dish {id}", "", "all", new Money(price, "BDT"), true, Prep, null, "main");

    public static ChangeStock Delivery(int portions, string key) => new(portions, key, "manager1", null, null, null, null);

    public string Key(string id) => GrainKey.For(tenant, id);

    public IMenuGrain Menu => silo.Grains.GetGrain<IMenuGrain>(Key("menu"));

    public IStockItemGrain Item(string id) => silo.Grains.GetGrain<IStockItemGrain>(Key(id));

    public IOrderGrain Order(string id) => silo.Grains.GetGrain<IOrderGrain>(Key(id));

    public IStudentGrain Student(string id) => silo.Grains.GetGrain<IStudentGrain>(Key(id));

    public IAccountGrain Account(string id) => silo.Grains.GetGrain<IAccountGrain>(Key(id));

    public IKitchenStationGrain Station(string id = "main") => silo.Grains.GetGrain<IKitchenStationGrain>(Key(id));

    /// <summary>By hand: nothing cooks by itself.</summary>
    public Task WithoutKitchenAsync() => Station().Configure(new ConfigureStation(10, StationMode.Manual));

    public static PlaceOrder Wish(string student, params (string Item, int Quantity)[] lines) => new(
        student, $"Student {student}", [.. lines.Select(line => new RequestedLine(line.Item, line.Quantity, null))], Fulfilment.Pickup, PaymentMethod.Cash);

    public Task<PlaceResult> PlaceAsync(string order, params (string Item, int Quantity)[] lines) => PlaceAsync(order, "student1", lines);

    public Task<PlaceResult> PlaceAsync(string order, string student, params (string Item, int Quantity)[] lines) =>
        Order(order).Place(Wish(student, lines));

    public async Task<OrderState> AcceptedAsync(string order, params (string Item, int Quantity)[] lines) =>
        Assert.IsType<PlaceResult.Accepted>(await PlaceAsync(order, lines)).Order;

    /// <summary>Until the order has come to the status, whatever became of it since.</summary>
    public Task<OrderState> WhenAsync(string order, OrderStatus status) => Waiting.UntilAsync(
        async () => (await Order(order).Get())!,
        state => state?.History.Any(step => step.Status == status) is true,
        $"order {order} to become {status}");

    /// <summary>What the rows alone say; the truth.</summary>
    public async Task<StockLevel> RowsAsync(string item) =>
        (await silo.Books.LevelsAsync(tenant, CancellationToken.None)).Single(level => level.ItemId == item);

    /// <summary>
    /// Grain and rows agree on the item: this many sold, nothing held, nothing below zero. Waits, for the item is told
    /// after the answer.
    /// </summary>
    public async Task BooksAreAsync(string item, int sold)
    {
        var level = await Waiting.UntilAsync(
            () => Item(item).Get(), level => level.Held == 0 && level.Sold == sold, $"{item} to have {sold} sold and nothing held");
        var rows = await RowsAsync(item);
        Assert.Equal((rows.OnHand, rows.Sold, rows.Received, rows.WrittenOff), (level.OnHand, level.Sold, level.Received, level.WrittenOff));
        Assert.Equal(level.Received, level.OnHand + level.Held + level.Sold + level.WrittenOff);
        Assert.True(level.OnHand >= 0, $"{item} has {level.OnHand} on hand");
    }

    /// <summary>How many rows there are of the order, an abandoned one too.</summary>
    public Task<long> OrderRowsAsync(string order) =>
        silo.CountAsync($"select count(*) from orders where tenant = '{tenant}' and id = '{order}'");

    /// <summary>What the sweeper does once: advances every order that is due; one order's trouble is not the others'.</summary>
    public async Task SweepAsync()
    {
        const int AtMost = 1_000; // other tests' orders are due, too
        for (var claimed = AtMost; claimed == AtMost;)
        {
            var due = await silo.Rows.ClaimDueAsync(silo.Clock.GetUtcNow(), TimeSpan.FromSeconds(5), AtMost, CancellationToken.None);
            claimed = due.Length;
            foreach (var order in due.Where(order => order.Tenant == tenant))
                await Order(order.OrderId).Advance().ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    public Task DeactivateAsync(IAddressable grain) => silo.DeactivateAsync(grain);
}

/// <summary>One silo for the tests of a class; each of them opens a cafeteria of its own.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    internal TestSilo Silo { get; private set; } = null!;

    internal Task<Cafe> OpenAsync(params (string Id, int Portions)[] dishes) => Cafe.OpenAsync(Silo, dishes);

    public async Task InitializeAsync() => Silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await Silo.DisposeAsync();
}
