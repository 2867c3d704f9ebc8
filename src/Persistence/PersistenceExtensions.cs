using System.Text.Json.Serialization;
using Cafeteria.Accounts;
using Cafeteria.Audit;
using Cafeteria.Menu;
using Cafeteria.Operations;
using Cafeteria.Orders;
using Cafeteria.Reports;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Storage;

namespace Cafeteria.Persistence;

/// <summary>Puts an opened <see cref="Database"/> into a host.</summary>
public static class PersistenceExtensions
{
    /// <summary>
    /// Everything that asks the database. The database stays the caller's: dispose it after the host. States are written
    /// with the <see cref="JsonSerializerContext"/>s that are registered, others by reflection.
    /// </summary>
    public static IServiceCollection AddCafeteriaPersistence(this IServiceCollection services, Database database)
    {
        services.AddSingleton(database);
        services.AddSingleton(database.Gate);
        services.AddSingleton<IDatabaseHealth>(database.Health);
        services.AddSingleton(s => new StateJson(s.GetServices<JsonSerializerContext>()));
        services.AddSingleton<IOrderRows, OrderRows>();
        services.AddSingleton<IOrderPulse, OrderPulses>();
        services.AddSingleton<IStockBooks, StockBooks>();
        services.AddSingleton<IAccountRows, AccountRows>();
        services.AddSingleton<IAuditRows, AuditRows>();
        services.AddSingleton<IMenuPictures, MenuPictures>();
        services.AddSingleton<ISalesReports, SalesReports>();
        services.AddSingleton<ISecrets, Secrets>();
        services.AddSingleton<RevokedSessions>();
        services.AddSingleton<IRevokedSessions>(s => s.GetRequiredService<RevokedSessions>());
        services.AddHostedService(s => s.GetRequiredService<RevokedSessions>());
        services.AddSingleton<OrderStorage>();
        services.AddSingleton<PostgresGrainStorage>();
        return services;
    }

    /// <summary>
    /// Only one process on a database serves, the others stand by (embedded host). Add it before the silo, so that the lock
    /// is given back last.
    /// </summary>
    public static IServiceCollection AddCafeteriaLeadership(this IServiceCollection services)
    {
        var gate = services.LastOrDefault(s => s.ServiceType == typeof(ServingGate))?.ImplementationInstance as ServingGate
            ?? throw new InvalidOperationException($"{nameof(AddCafeteriaPersistence)} comes before {nameof(AddCafeteriaLeadership)}.");
        gate.RequireLeadership();
        services.AddSingleton<Leadership>();
        services.AddHostedService(s => s.GetRequiredService<Leadership>());
        return services;
    }

    /// <summary>Grain storage under the two names of <see cref="StorageNames"/>.</summary>
    public static ISiloBuilder AddCafeteriaGrainStorage(this ISiloBuilder silo)
    {
        silo.Services.AddKeyedSingleton<IGrainStorage>(StorageNames.Grains, (s, _) => s.GetRequiredService<PostgresGrainStorage>());
        silo.Services.AddKeyedSingleton<IGrainStorage>(StorageNames.Orders, (s, _) => s.GetRequiredService<OrderStorage>());
        return silo;
    }
}
