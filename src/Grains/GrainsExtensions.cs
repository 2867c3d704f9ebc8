using System.Text.Json.Serialization;
using Cafeteria.Accounts;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Cafeteria;

public static class GrainsExtensions
{
    /// <summary>What the grains need in every silo, beside storage and the stream provider.</summary>
    public static IServiceCollection AddCafeteriaGrains(this IServiceCollection services, IConfiguration configuration)
    {
        // Read at the start: a value that cannot be read stops it with a sentence, not the first order with an exception.
        services.AddOptions<TenantOptions>().Bind(configuration.GetSection(TenantOptions.Section)).ValidateOnStart();
        services.AddOptions<OrderOptions>().Bind(configuration.GetSection(OrderOptions.Section)).ValidateOnStart();
        services.AddOptions<StockOptions>().Bind(configuration.GetSection(StockOptions.Section)).ValidateOnStart();
        services.AddOptions<KitchenOptions>().Bind(configuration.GetSection(KitchenOptions.Section)).ValidateOnStart();
        services.AddOptions<AccountOptions>().Bind(configuration.GetSection(AccountOptions.Section)).ValidateOnStart();
        services.TryAddKeyedSingleton<TimeProvider>(ClockName.Cafeteria, SteadyClock.System);
        services.TryAddSingleton<Breakpoints>();
        services.TryAddSingleton<IMenuBoard, MenuBoard>();
        services.AddSingleton<JsonSerializerContext>(GrainsJsonContext.Default);
        return services;
    }

    /// <summary>The sweeper: in processes that serve, not in tests that advance orders themselves.</summary>
    public static IServiceCollection AddOrderSweeper(this IServiceCollection services) => services.AddHostedService<OrderSweeper>();

    /// <summary>
    /// Lets admins make parts fail on purpose. Where that is not allowed there is no filter and no look for faults, so that
    /// it costs nothing.
    /// </summary>
    public static ISiloBuilder AddChaos(this ISiloBuilder silo, IConfiguration configuration, IHostEnvironment environment)
    {
        silo.Services.AddSingleton<KnownFaults>();
        silo.Services.AddSingleton<Chaos>();
        silo.Services.AddSingleton<IChaos>(services => services.GetRequiredService<Chaos>());
        if (!ChaosOptions.Allows(configuration, environment))
            return silo;
        silo.Services.AddHostedService(services => services.GetRequiredService<Chaos>());
        return silo.AddIncomingGrainCallFilter<ChaosFilter>();
    }
}
