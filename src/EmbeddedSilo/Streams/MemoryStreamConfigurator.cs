using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;

namespace Cafeteria.EmbeddedSilo.Streams;

/// <inheritdoc/>
internal sealed class MemoryStreamConfigurator(string name, IServiceCollection services) : ISiloMemoryStreamConfigurator
{
    public string Name => name;

    public Action<Action<IServiceCollection>> ConfigureDelegate => configure => configure(services);
}
