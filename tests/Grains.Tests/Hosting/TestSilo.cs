using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Persistence;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tracking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.Streams;

namespace Cafeteria.Tests;

/// <summary>
/// The grains of the product on the host that GrainHost chose, over real rows: everything a silo has but HTTP, the sweeper
/// (tests advance orders themselves) and a clock that goes by itself.
/// </summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly Database _database;
    private readonly GrainCluster _cluster;

    private TestSilo(Database database, GrainCluster cluster, Faults faults, ManualClock clock, Breakpoints breakpoints)
    {
        (_database, _cluster, Faults, Clock, Breakpoints) = (database, cluster, faults, clock, breakpoints);
        Rows = cluster.Services.GetRequiredService<IOrderRows>();
        Books = cluster.Services.GetRequiredService<IStockBooks>();
        MenuBoard = cluster.Services.GetRequiredService<IMenuBoard>();
        OrderStorage = cluster.Services.GetRequiredKeyedService<IGrainStorage>(StorageNames.Orders);
    }

    public IGrainFactory Grains => _cluster.Grains;

    public Faults Faults { get; }

    public ManualClock Clock { get; }

    public Breakpoints Breakpoints { get; }

    public IOrderRows Rows { get; }

    public IStockBooks Books { get; }

    public IMenuBoard MenuBoard { get; }

    public IGrainStorage OrderStorage { get; }

    /// <param name="connectionString">Null: a fresh database.</param>
    public static async Task<TestSilo> StartAsync(string? connectionString = null, ManualClock? clock = null)
    {
        connectionString ??= await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        var (faults, breakpoints) = (new Faults(), new Breakpoints());
        clock ??= new ManualClock();
        var database = await Database.OpenAsync(new DatabaseOptions { ConnectionString = connectionString }, NullLoggerFactory.Instance);
        var cluster = await GrainCluster.StartAsync(
            silo => silo
                .AddMemoryStreams(StreamNames.Live, streams =>
                {
                    streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                    streams.ConfigurePartitioning(StreamNames.ShardsPerTenant);
                    streams.ConfigurePullingAgent(agent => agent.Configure(options => options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(25)));
                })
                .AddIncomingGrainCallFilter(new FaultyCalls(faults))
                .AddOutgoingGrainCallFilter(new FaultyCalls(faults))
                .AddFaultyStorage(faults),
            services =>
            {
                services.AddCafeteriaPersistence(database);
                services.AddSingleton(breakpoints);
                services.AddKeyedSingleton<TimeProvider>(ClockName.Cafeteria, clock);
                services.AddCafeteriaGrains(Configuration);
                Decorate<IStockBooks>(services, real => new FaultyBooks(real, faults));
                Decorate<IOrderRows>(services, real => new FaultyRows(real, faults));
            });
        return new TestSilo(database, cluster, faults, clock, breakpoints);
    }

    public async Task<long> CountAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain).WithinAsync($"{grain} to deactivate");

    public Task<bool> IsActiveAsync(IAddressable grain) => _cluster.IsActiveAsync(grain);

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await _database.DisposeAsync();
    }

    /// <summary>Leases are looked at ten times a second, so that a test that moves the clock need not wait.</summary>
    private static readonly IConfiguration Configuration = new ConfigurationBuilder().AddInMemoryCollection(
        Enumerable.Range(1, Tenants).Select(n => KeyValuePair.Create($"Tenants:Known:t{n}:Currency", (string?)"BDT"))
            .Append(KeyValuePair.Create("Stock:LeaseCheck", (string?)"00:00:00.1"))
            .Append(KeyValuePair.Create("Stock:ReportEvery", (string?)"00:00:00.02"))
            .Append(KeyValuePair.Create("Kitchen:Tick", (string?)"00:00:00.05"))).Build();

    private const int Tenants = 3_000;
    private static int _tenants;

    /// <summary>A tenant of one's own for each test: nothing of another is in its books.</summary>
    public static string NextTenant() => $"t{Interlocked.Increment(ref _tenants)}";

    private static void Decorate<T>(IServiceCollection services, Func<T, T> decorate)
        where T : class
    {
        var real = services.Last(service => service.ServiceType == typeof(T) && !service.IsKeyedService);
        services.Remove(real);
        services.AddSingleton(provider => decorate((T)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }
}

internal static class FaultyStorageExtensions
{
    public static ISiloBuilder AddFaultyStorage(this ISiloBuilder silo, Faults faults)
    {
        silo.AddCafeteriaGrainStorage();
        foreach (var real in silo.Services.Where(service => service.ServiceType == typeof(IGrainStorage) && service.IsKeyedService).ToArray())
        {
            silo.Services.Remove(real);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                real.ServiceKey, (provider, key) => new FaultyStorage((IGrainStorage)real.KeyedImplementationFactory!(provider, key), faults));
        }

        return silo;
    }
}
