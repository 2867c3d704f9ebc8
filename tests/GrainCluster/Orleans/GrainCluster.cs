using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace Cafeteria.Tests;

public sealed partial class GrainCluster
{
    private readonly InProcessTestCluster _cluster;

    private GrainCluster(InProcessTestCluster cluster)
    {
        _cluster = cluster;
        Grains = cluster.Client;
        Services = cluster.GetSiloServiceProvider();
    }

    public partial Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    public async partial Task<bool> IsActiveAsync(IAddressable grain) =>
        await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain) is not null;

    public partial Task StopAsync() => _cluster.StopAllSilosAsync();

    public async partial ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    private static async partial Task<GrainCluster> StartHostAsync(Action<ISiloBuilder> configure)
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) => configure(silo));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new GrainCluster(cluster);
    }
}
