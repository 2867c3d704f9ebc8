using Cafeteria.Accounts;
using Cafeteria.Operations;
using Cafeteria.Persistence;
using Cafeteria.Tracking;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Streams;

namespace Cafeteria.Silo.Hosting;

/// <summary>The grains in a cluster of silos whose membership is in the same PostgreSQL.</summary>
internal static class OrleansHost
{
    public static void AddCafeteriaGrainHost(this WebApplicationBuilder builder, Database database)
    {
        var settings = builder.Configuration.GetSection(ClusterSettings.Section).Get<ClusterSettings>() ?? new ClusterSettings();
        builder.Services.AddSingleton(new GrainDashboard("/dashboard/"));
        builder.UseOrleans(silo =>
        {
            silo.AddCafeteriaGrainStorage()
                .AddChaos(builder.Configuration, builder.Environment)
                .AddMemoryStreams(StreamNames.Live, streams =>
                {
                    streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
                    streams.ConfigurePartitioning(StreamNames.ShardsPerTenant);
                    streams.ConfigurePullingAgent(agent => agent.Configure(options => options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(25)));
                })
                .AddActivityPropagation()
                .AddOutgoingGrainCallFilter<GrainCallMetrics>()
                .AddDashboard(options => options.HideTrace = true);
            // The default placement heaps a burst of new grains on one silo.
            silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();

            if (settings.Membership is "Localhost")
                silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, serviceId: settings.ServiceId, clusterId: settings.ClusterId);
            else
                silo.UsePostgresMembership(settings, database);
        });
    }

    public static void MapGrainHost(this WebApplication web) =>
        web.MapOrleansDashboard("/dashboard").ForAdminsBrowser("/dashboard").ExcludeFromDescription();

    private static void UsePostgresMembership(this ISiloBuilder silo, ClusterSettings settings, Database database)
    {
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = database.ConnectionString;
        });
        silo.Configure<ClusterOptions>(options =>
        {
            options.ServiceId = settings.ServiceId;
            options.ClusterId = settings.ClusterId;
        });
        silo.ConfigureEndpoints(OwnAddress.Of(settings.AdvertisedAddress), settings.SiloPort, settings.GatewayPort, listenOnAnyHostAddress: settings.ListenOnAnyAddress);
        if (settings.SiloName is { Length: > 0 } name)
            silo.Configure<SiloOptions>(options => options.SiloName = name);
        // Measured with two silos: a killed one is replaced in 3 s, a hung one in 7 s, the whole cluster comes back in 25 s;
        // the defaults take 11 s, 62 s and over four minutes.
        silo.Configure<ClusterMembershipOptions>(options =>
        {
            options.ProbeTimeout = TimeSpan.FromSeconds(1);
            options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
            options.NumMissedProbesLimit = 3;
            options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
            options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            options.MaxJoinAttemptTime = TimeSpan.FromSeconds(20);
        });
    }
}

/// <summary>Configuration section <c>Cluster</c>.</summary>
internal sealed class ClusterSettings
{
    public const string Section = "Cluster";

    /// <summary><c>Postgres</c>, or <c>Localhost</c> for one silo on a developer's machine.</summary>
    public string Membership { get; set; } = "Postgres";

    /// <summary>Stable for ever.</summary>
    public string ServiceId { get; set; } = "cafeteria";

    /// <summary>One for each deployment.</summary>
    public string ClusterId { get; set; } = "cafeteria";

    public string? SiloName { get; set; }

    /// <summary>
    /// Where the other silos reach this one; never a load balancer's address. Or a network (<c>10.5.0.0/24</c>): this
    /// machine's own address in it, where nobody can know addresses beforehand.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "127.0.0.1";

    public bool ListenOnAnyAddress { get; set; }
    public int SiloPort { get; set; } = 11111;
    public int GatewayPort { get; set; } = 30000;
}
