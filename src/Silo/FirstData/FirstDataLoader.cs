using Cafeteria.Accounts;
using Cafeteria.Menu;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace Cafeteria.Silo.FirstData;

internal static class FirstDataExtensions
{
    public static void AddFirstData(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSingleton<FirstDataLoader>();
        if (configuration.GetValue("FirstData:Enabled", defaultValue: true))
        {
            services.AddHostedService(provider => provider.GetRequiredService<FirstDataLoader>());
            services.AddHostedService<Welcome>();
        }
    }
}

/// <summary>
/// Gives a new tenant its menu and stock, and in Development its people. Each step is its own and idempotent, so that a
/// start cut short is finished by the next; what people changed since is never touched.
/// </summary>
internal sealed partial class FirstDataLoader(
    IGrainFactory grains,
    IDatabaseHealth database,
    IOptions<TenantOptions> tenants,
    IHostEnvironment environment,
    ILogger<FirstDataLoader> logger) : BackgroundService
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when every tenant has its first data, now or since long.</summary>
    public Task Loaded => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LoadAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>As soon as this process serves; tried again until it is done.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (database.Serving)
                {
                    await Task.WhenAll(tenants.Value.Known.Keys.Select(LoadAsync));
                    _done.TrySetResult();
                    return;
                }
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                Log.PutOff(logger, exception.Message);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    private async Task LoadAsync(string tenant)
    {
        if (TenantSeed.Read(tenant) is not { } seed)
            return;
        // The accounts come last, so a tenant whose last account is there has everything; asking is one read.
        var people = environment.IsDevelopment() ? seed.Accounts : [];
        if (people.Length > 0 && (await Account(tenant, people[^1]).Find()).Profile is not null)
            return;

        var menu = grains.GetGrain<IMenuGrain>(GrainKey.For(tenant, "menu"));
        await menu.Seed(ToMenu(seed));
        await Task.WhenAll(seed.Items.Select(item => grains.GetGrain<IStockItemGrain>(GrainKey.For(tenant, item.Id))
            .Receive(new ChangeStock(item.Stock, "first-data", "system", "first data", null, null, null))));
        foreach (var person in people)
            await RegisterAsync(tenant, person);
        Log.Loaded(logger, tenant, seed.Items.Length, people.Length);
    }

    private async Task RegisterAsync(string tenant, SeedAccount person)
    {
        var account = Account(tenant, person);
        if ((await account.Find()).Profile is not null)
            return;
        var hash = await Task.Run(() => new PasswordHasher<SeedAccount>().HashPassword(person, person.Password));
        await account.Register(new NewAccount(person.Login, person.Email, person.Name, person.Role, hash));
    }

    private IAccountGrain Account(string tenant, SeedAccount person) =>
        grains.GetGrain<IAccountGrain>(GrainKey.For(tenant, person.Login.ToLowerInvariant()));

    private MenuSeed ToMenu(TenantSeed seed)
    {
        var second = environment.IsDevelopment() ? 1 : 60;
        return new MenuSeed(
            [.. seed.Categories.Select(category => new MenuCategory(category.Id, category.Name, category.Order))],
            [.. seed.Items.Select(item => new MenuItem(item.Id, item.Name, item.Description, item.Category,
                new Money(item.Price, seed.Currency), Available: true, item.Prep * second, ImageUrl: null, "main"))],
            [.. seed.Stations.Select(station => new MenuStation(station.Id, station.Name))]);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Tenant} has its first data: {Items} dishes, {People} accounts")]
        public static partial void Loaded(ILogger logger, string tenant, int items, int people);

        [LoggerMessage(2, LogLevel.Warning, "First data is put off: {Reason}")]
        public static partial void PutOff(ILogger logger, string reason);
    }
}
