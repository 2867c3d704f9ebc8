using System.Globalization;
using System.Net;

namespace Cafeteria.Tests;

/// <summary>
/// A silo process on a database of its own, quick enough to be watched to the end: dishes take a second, an order is
/// closed a second after it is ready, a hold's lease is two.
/// </summary>
public sealed class RunningCafeteria : IAsyncDisposable
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(60);

    private RunningCafeteria(SiloProcess silo, Session manager) =>
        (Silo, Client, Manager) = (silo, new CafeteriaClient(silo), manager);

    public SiloProcess Silo { get; private set; }

    /// <summary>Of this address: good for every process that is started there.</summary>
    public CafeteriaClient Client { get; }

    public Session Manager { get; private set; }

    public static SiloSettings Quick(string connectionString) => new()
    {
        ConnectionString = connectionString,
        Settings = new Dictionary<string, string?>
        {
            ["Orders:PickupWindow"] = "00:00:01",
            ["Orders:SweepEvery"] = "00:00:00.200",
            ["Orders:MaxOpenPerStudent"] = "100000",
            ["Stock:HoldLease"] = "00:00:02",
            ["Stock:LeaseCheck"] = "00:00:00.500",
            ["Passwords:Iterations"] = "1000",
            ["Limits:OrderBurst"] = "100000",
            ["Limits:OrdersPerSecond"] = "100000",
            ["Limits:RequestBurst"] = "100000",
            ["Limits:RequestsPerSecond"] = "100000",
            ["Limits:AnonymousPerMinute"] = "100000",
            // How long an order waits on a machine that is busy with other tests is not what is asked here.
            ["Limits:OrderWait"] = "01:00:00",
        },
    };

    public static async Task<RunningCafeteria> OpenAsync(PostgresServer? server = null)
    {
        server ??= await PostgresServer.SharedAsync();
        return await OpenAsync(await server.CreateDatabaseAsync());
    }

    public static Task<RunningCafeteria> OpenAsync(string connectionString) => OpenAsync(Quick(connectionString));

    public static async Task<RunningCafeteria> OpenAsync(SiloSettings settings)
    {
        var silo = await SiloProcess.StartAsync(settings);
        using var client = new CafeteriaClient(silo);
        await FirstDataAsync(client, silo);
        var manager = await client.SignInManagerAsync();
        await client.SetCooksAsync(manager, 100);
        return new RunningCafeteria(silo, manager);
    }

    /// <summary>Students that nobody else uses, signed in.</summary>
    public Task<Session[]> AdmitAsync(string name, int count) => Task.WhenAll(Enumerable.Range(1, count).Select(async number =>
    {
        var login = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
        var registered = await Client.RegisterAsync(login, "Secret-1234");
        Assert.True(registered.Status is HttpStatusCode.Created, registered.Body);
        return await Client.SignInAsync(login, "Secret-1234");
    }));

    /// <summary>A dish whose portions the menu shows already, so that nobody is refused by an older page.</summary>
    public async Task<string> AddDishAsync(string id, int portions)
    {
        await Client.AddDishAsync(Manager, id, portions);
        await Eventually.TrueAsync(
            async () => (await Client.GetDishAsync(id)).Value.Stock.OnHand == portions,
            TimeSpan.FromSeconds(10),
            () => $"the menu should show {portions} portions of {id}");
        return id;
    }

    /// <summary>After something that ended every session.</summary>
    public async Task SignManagerInAgainAsync() => Manager = await Client.SignInManagerAsync();

    /// <summary>A test that failed before this one may have left it dead, or set to die.</summary>
    public async Task EnsureServingAsync()
    {
        if (Silo.HasExited || !await Silo.IsReadyAsync())
            await RestartAsync(settings => settings with { Settings = Quick("").Settings });
    }

    /// <summary>The process dies, if it has not, and a new one serves at the same address.</summary>
    public async Task RestartAsync(Func<SiloSettings, SiloSettings>? change = null) => Silo = await Silo.RestartAsync(change);

    /// <summary>
    /// Until every order there is has ended and nothing is held; then the books of these dishes balance. Answers them.
    /// </summary>
    public Task<Stock[]> SettleAsync(params string[] dishes) => SettleAsync(Client, Manager, Silo, dishes);

    public static async Task<Stock[]> SettleAsync(CafeteriaClient client, Session manager, SiloProcess silo, params string[] dishes)
    {
        IReadOnlyList<Order> open = [];
        Stock[] stocks = [];
        await Eventually.TrueAsync(
            async () =>
            {
                open = await client.ListOrdersAsync(manager, "pending,stock_verified,awaiting_payment,in_kitchen,ready");
                stocks = await Task.WhenAll(dishes.Select(dish => client.GetStockAsync(manager, dish)));
                return open.Count == 0 && stocks.All(stock => stock.Held == 0);
            },
            SettleLimit,
            () => $"every order should have ended and nothing be held; open: {string.Join(", ", open.Take(10).Select(order => $"{order.Id} {order.Status}"))} "
                + $"({open.Count}); stock: {string.Join(", ", stocks.AsEnumerable())}\n{silo.Log.TailAsync().Result}");
        Assert.All(stocks, stock => Assert.True(stock.Balances, $"The books do not balance: {stock}"));
        return stocks;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Silo.DisposeAsync();
    }

    /// <summary>Ready says that it serves; the first data come a moment later.</summary>
    private static Task FirstDataAsync(CafeteriaClient client, SiloProcess silo) => Eventually.TrueAsync(
        () => Task.FromResult(silo.Log.Count("has its first data") == 2),
        TimeSpan.FromSeconds(30),
        () => $"both tenants should have their first data\n{silo.Log.TailAsync().Result}");
}
