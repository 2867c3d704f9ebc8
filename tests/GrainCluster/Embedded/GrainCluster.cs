using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cafeteria.Tests;

public sealed partial class GrainCluster
{
    private readonly IHost _host;
    private bool _stopped;

    private GrainCluster(IHost host)
    {
        _host = host;
        Services = host.Services;
        Grains = Services.GetRequiredService<IClusterClient>();
    }

    public async partial Task DeactivateAsync(IAddressable grain)
    {
        if (Find(grain) is { } activation)
        {
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The test wants it."));
            await activation.Deactivated;
        }
    }

    public partial Task<bool> IsActiveAsync(IAddressable grain) => Task.FromResult(Find(grain) is not null);

    public async partial Task StopAsync()
    {
        _stopped = true;
        await _host.StopAsync();
    }

    public async partial ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await _host.StopAsync();
        }

        _host.Dispose();
    }

    private static async partial Task<GrainCluster> StartHostAsync(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<IMessageCodec, JsonCodec>();
        builder.UseOrleans(configure);
        var host = builder.Build();
        await host.StartAsync();
        return new GrainCluster(host);
    }

    private Activation? Find(IAddressable grain)
    {
        var id = grain.GetGrainId();
        return Services.GetRequiredService<SiloRuntime>().Catalog.For(id.Type).Activations.GetValueOrDefault(id.Key.ToString());
    }
}
