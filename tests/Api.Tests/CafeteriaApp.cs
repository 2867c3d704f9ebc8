using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using Cafeteria.Accounts;
using Cafeteria.Silo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Tests;

/// <summary>The whole product in this process: real HTTP on a port of its own, a real PostgreSQL, the first data of Development.</summary>
public class CafeteriaApp : IAsyncLifetime
{
    private readonly DirectoryInfo _webRoot = Directory.CreateTempSubdirectory("cafeteria-web-");
    private SiloApplication? _silo;

    public Uri Address { get; private set; } = new("http://127.0.0.1:1");

    public HttpClient Http { get; private set; } = new();

    /// <summary>Of its database.</summary>
    public string ConnectionString { get; private set; } = "";

    public IServiceProvider Services => _silo!.Web.Services;

    protected virtual IEnumerable<KeyValuePair<string, string?>> Settings => [];

    /// <summary>Services of a test's own, in the place of the product's.</summary>
    protected virtual void Compose(IServiceCollection services)
    {
    }

    public async Task InitializeAsync()
    {
        var postgres = await PostgresServer.SharedAsync();
        ConnectionString = await postgres.CreateDatabaseAsync();
        _silo = await SiloApplication.BuildAsync(["--urls", "http://127.0.0.1:0", "--environment", "Development"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:Cafeteria"] = ConnectionString,
                // Cheap hashes: what is tested is who may sign in, not how long it takes.
                ["Passwords:Iterations"] = "1000",
                ["Tracking:PingEvery"] = "00:00:02",
                ["Tracking:CompareEvery"] = "00:00:01",
                ["Tracking:MaxStreamsPerStudent"] = "600",
                ["Limits:AnonymousPerMinute"] = "100000",
                ["Limits:OrderBurst"] = "100000",
                ["Limits:RequestBurst"] = "100000",
                ["Orders:MaxOpenPerStudent"] = "1000",
                ["Metrics:Stages"] = "true",
                ["Web:Root"] = WebRoot(),
            });
            builder.Configuration.AddInMemoryCollection(Settings);
            Compose(builder.Services);
        });
        await _silo.Web.StartAsync();
        Address = new Uri(_silo.Web.Urls.First());
        Http = NewClient();
        await Eventually.HoldsAsync("the app is ready", TimeSpan.FromSeconds(60), async () =>
        {
            using var answer = await Http.GetAsync(new Uri("/readyz", UriKind.Relative));
            if (!answer.IsSuccessStatusCode)
                throw new HttpRequestException(await answer.Content.ReadAsStringAsync());
            return await HasFirstDataAsync();
        });

        // Dishes that take their time, in some tests, must not keep the cooks from those of the others.
        using var cooks = await SendAsync(HttpMethod.Put, "/api/v1/kitchen/stations/main", await TokenAsync("manager1", Role.Manager), new { cooks = 100, mode = "auto" });
        Assert.True(cooks.IsSuccessStatusCode, await cooks.Content.ReadAsStringAsync());
    }

    /// <summary>Says something to the app's database directly.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Services.GetRequiredService<IConfiguration>().GetConnectionString("Cafeteria")!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Stops as a deployment does: SIGTERM's way.</summary>
    public Task StopAsync() => _silo!.Web.StopAsync();

    public async Task DisposeAsync()
    {
        Http.Dispose();
        if (_silo is not null)
            await _silo.DisposeAsync();
        _webRoot.Delete(recursive: true);
    }

    public HttpClient NewClient() => new(new SocketsHttpHandler
    {
        MaxConnectionsPerServer = 2000,
        AllowAutoRedirect = false,
        SslOptions = new SslClientAuthenticationOptions(),
    })
    { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>A token as a sign-in makes it, without the sign-in.</summary>
    public async Task<string> TokenAsync(string login, Role role = Role.Student, string tenant = "iut", string? session = null)
        => await Services.GetRequiredService<AccessTokens>().IssueAsync(
            new AccountProfile(tenant, login, login, null, $"Name of {login}", role), session ?? Guid.NewGuid().ToString("N"), CancellationToken.None);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string? token = null, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is HttpContent content)
            request.Content = content;
        else if (body is not null)
            request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null, params (string Name, string Value)[] headers)
        => SendAsync(HttpMethod.Get, path, token, null, headers);

    public Task<HttpResponseMessage> PostAsync(string path, string? token = null, object? body = null, params (string Name, string Value)[] headers)
        => SendAsync(HttpMethod.Post, path, token, body, headers);

    /// <summary>A dish of a test's own, so that tests do not eat from each other's plates.</summary>
    public async Task<string> AddDishAsync(int portions, string? station = null, int prepSeconds = 1)
    {
        var manager = await TokenAsync("manager1", Role.Manager);
        var id = $"dish-{Guid.NewGuid():N}"[..20];
        using var added = await PostAsync("/api/v1/menu/items", manager, new
        {
            id,
            name = id,
            categoryId = "main",
            price = new { amount = 10000, currency = "BDT" },
            prepSeconds,
            station = station ?? "main",
        });
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        if (portions > 0)
        {
            using var received = await PostAsync($"/api/v1/stock/{id}/receive", manager, new { quantity = portions });
            Assert.True(received.IsSuccessStatusCode, await received.Content.ReadAsStringAsync());
        }

        await Eventually.HoldsAsync($"the menu shows {portions} of {id}", TimeSpan.FromSeconds(10),
            async () => (await (await GetAsync($"/api/v1/menu/items/{id}")).JsonAsync()).GetProperty("stock").GetProperty("onHand").GetInt32() == portions);
        return id;
    }

    private string WebRoot()
    {
        File.WriteAllText(Path.Combine(_webRoot.FullName, "index.html"), "<!doctype html><title>first page</title>");
        var assets = _webRoot.CreateSubdirectory("assets");
        File.WriteAllText(Path.Combine(assets.FullName, "app-1a2b.js"), "export {};");
        return _webRoot.FullName;
    }

    private async Task<bool> HasFirstDataAsync()
    {
        // They are loaded side by side: that one is there says nothing of the next.
        foreach (var account in (string[])["iut/student1", "iut/admin", "iut/kitchen1", "iut/manager1", "spice-route/waiter1", "spice-route/manager1"])
            if ((await Services.GetRequiredService<Orleans.IGrainFactory>().GetGrain<IAccountGrain>(account).Find()).Profile is null)
                return false;
        return true;
    }
}

[CollectionDefinition(Name)]
public sealed class AppCollection : ICollectionFixture<CafeteriaApp>
{
    public const string Name = "the app";
}
