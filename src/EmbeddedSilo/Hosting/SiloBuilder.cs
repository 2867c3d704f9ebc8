using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cafeteria.EmbeddedSilo.Hosting;

/// <inheritdoc/>
internal sealed class SiloBuilder(IServiceCollection services, IConfiguration configuration) : ISiloBuilder
{
    public IServiceCollection Services => services;

    public IConfiguration Configuration => configuration;

    public static SiloBuilder AddTo(IServiceCollection services, IConfiguration configuration)
    {
        if (!services.Any(service => service.ServiceType == typeof(SiloRuntime)))
        {
            services.AddOptions();
            services.AddLogging();
            services.AddSingleton<SiloRuntime>();
            services.TryAddSingleton<IClusterClient>(provider => provider.GetRequiredService<SiloRuntime>());
            services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<SiloRuntime>());
            services.TryAddTransient<IGrainContext>(_ => Activation.Current ?? throw new InvalidOperationException("Not in a grain's turn."));
            services.AddHostedService<SiloService>();
        }

        return new SiloBuilder(services, configuration);
    }
}

/// <summary>Marks that calls are to be traced.</summary>
internal sealed class ActivityPropagation;

/// <summary>Something to do once the silo serves, in the order of the stages.</summary>
internal sealed record StartupStep(int Stage, Func<IServiceProvider, CancellationToken, Task> Run);

/// <summary>A filter that is a plain function.</summary>
internal sealed class DelegateFilter : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private readonly IncomingGrainCallFilterDelegate? _incoming;
    private readonly OutgoingGrainCallFilterDelegate? _outgoing;

    public DelegateFilter(IncomingGrainCallFilterDelegate incoming) => _incoming = incoming;

    public DelegateFilter(OutgoingGrainCallFilterDelegate outgoing) => _outgoing = outgoing;

    public Task Invoke(IIncomingGrainCallContext context) => _incoming!(context);

    public Task Invoke(IOutgoingGrainCallContext context) => _outgoing!(context);
}
