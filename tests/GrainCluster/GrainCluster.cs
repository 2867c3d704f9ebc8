using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cafeteria.Tests;

/// <summary>
/// The grains of the test's assemblies, hosted: in this process by the embedded silo, where all that crosses between grains or
/// into a storage goes through JSON and back, or by Orleans' in-process cluster of two silos. Which one, the property GrainHost
/// chooses.
/// </summary>
public sealed partial class GrainCluster : IAsyncDisposable
{
    /// <summary>The grains, seen from outside them.</summary>
    public IClusterClient Grains { get; }

    /// <summary>The services of a silo; of the first one if there are two.</summary>
    public IServiceProvider Services { get; }

    /// <summary>
    /// Starts a cluster. Both delegates run once per silo, each with a container of its own: what silos share, such as the rows
    /// of a fake database, is made outside and registered as an instance.
    /// </summary>
    public static Task<GrainCluster> StartAsync(Action<ISiloBuilder>? silo = null, Action<IServiceCollection>? services = null) =>
        StartHostAsync(builder =>
        {
            services?.Invoke(builder.Services);
            silo?.Invoke(builder);
        });

    /// <summary>Deactivates the grain, and waits until its activation is gone.</summary>
    public partial Task DeactivateAsync(IAddressable grain);

    /// <summary>Whether the grain is in memory.</summary>
    public partial Task<bool> IsActiveAsync(IAddressable grain);

    /// <summary>Stops every silo in good order: what was accepted is done.</summary>
    public partial Task StopAsync();

    public partial ValueTask DisposeAsync();

    private static partial Task<GrainCluster> StartHostAsync(Action<ISiloBuilder> configure);
}
