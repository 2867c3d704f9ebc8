using System.Net;

namespace Cafeteria.Tests;

public sealed class FirstDataTests
{
    private static readonly (string Tenant, string Login, string Password)[] Known =
    [
        ("iut", "ADMIN-001", "AdminPass123!"),
        .. Enumerable.Range(1, 5).Select(n => ("iut", $"STU-2021-00{n}", $"Student{n}Pass!")),
        ("iut", "student1", "password123"),
        ("iut", "admin", "adminpassword"),
        ("iut", "kitchen1", "Password@123"),
        ("iut", "manager1", "Password@123"),
        ("spice-route", "manager1", "Password@123"),
        ("spice-route", "kitchen_staff1", "Password@123"),
        ("spice-route", "waiter1", "Password@123"),
    ];

    [Fact]
    public async Task A_second_start_changes_nothing()
    {
        await using var cafeteria = await RunningCafeteria.OpenAsync();
        foreach (var (tenant, login, password) in Known)
            Assert.Equal(HttpStatusCode.OK, await LoginAsync(cafeteria.Silo, tenant, login, password));
        var before = await cafeteria.Client.GetStockAsync(cafeteria.Manager, "chicken-biriyani");
        Assert.Equal(100, before.Received);
        var edited = new { name = "Biriyani of the day", categoryId = "main", price = new Money(47_500, "BDT"), prepSeconds = 6 };
        _ = (await cafeteria.Client.PutDishAsync(cafeteria.Manager, "chicken-biriyani", edited)).Value;
        _ = (await cafeteria.Client.WriteOffAsync(cafeteria.Manager, "chicken-biriyani", 30)).Value;
        _ = await cafeteria.Client.SendAsync<object>(cafeteria.Manager, HttpMethod.Delete, "menu/items/special");
        var menu = "";
        await Eventually.TrueAsync(
            async () => (menu = (await cafeteria.Client.SendAsync<object>(null, HttpMethod.Get, "menu")).Body).Contains("\"onHand\":70", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10),
            () => $"the menu should show 70 portions: {menu}");

        await cafeteria.Silo.StopAsync();
        await cafeteria.RestartAsync();

        var dish = (await cafeteria.Client.GetDishAsync("chicken-biriyani")).Value;
        Assert.Equal(("Biriyani of the day", 47_500L), (dish.Name, dish.Price.Amount));
        Assert.Equal(HttpStatusCode.NotFound, (await cafeteria.Client.GetDishAsync("special")).Status);
        var after = await cafeteria.Client.GetStockAsync(cafeteria.Manager, "chicken-biriyani");
        Assert.Equal((100, 30, 70), (after.Received, after.WrittenOff, after.OnHand));
        await Eventually.TrueAsync(
            async () => (await cafeteria.Client.SendAsync<object>(null, HttpMethod.Get, "menu")).Body == menu,
            TimeSpan.FromSeconds(10),
            () => $"the menu should be as it was: {menu}");
        Assert.Equal(0, cafeteria.Silo.Log.Count("has its first data"));
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task Outside_Development_nobody_has_a_known_password(string environment)
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var silo = await SiloProcess.StartAsync(RunningCafeteria.Quick(database) with { Environment = environment });
        using var client = new CafeteriaClient(silo);
        await Eventually.TrueAsync(
            async () => (await client.GetDishAsync("chicken-biriyani")) is { Status: HttpStatusCode.OK } dish && dish.Value.Stock.OnHand == 100,
            TimeSpan.FromSeconds(20),
            () => "the first menu should be there with its stock");
        // First data are there, so people would be there by now.
        await Eventually.TrueAsync(
            () => Task.FromResult(silo.Log.Count("has its first data") == 2), TimeSpan.FromSeconds(20), () => "first data should be there");

        foreach (var (tenant, login, password) in Known)
            Assert.Equal(HttpStatusCode.Unauthorized, await LoginAsync(silo, tenant, login, password));
    }

    private static async Task<HttpStatusCode> LoginAsync(SiloProcess silo, string tenant, string login, string password)
    {
        using var http = new HttpClient { BaseAddress = silo.Address };
        http.DefaultRequestHeaders.Add("X-Tenant-ID", tenant);
        using var response = await System.Net.Http.Json.HttpClientJsonExtensions.PostAsJsonAsync(http, new Uri("/api/v1/auth/login", UriKind.Relative), new { login, password });
        return response.StatusCode;
    }
}
