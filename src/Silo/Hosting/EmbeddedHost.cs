using Cafeteria.Persistence;
using Cafeteria.Tracking;
using Orleans.Hosting;
using Orleans.Streams;

namespace Cafeteria.Silo.Hosting;

/// <summary>The grains in this one process; a second process on the same database waits to take over.</summary>
internal static class EmbeddedHost
{
    public static void AddCafeteriaGrainHost(this WebApplicationBuilder builder, Database database)
    {
        builder.Services.AddCafeteriaLeadership();
        builder.UseOrleans(silo => silo
            .AddCafeteriaGrainStorage()
            .AddChaos(builder.Configuration, builder.Environment)
            .AddMemoryStreams(StreamNames.Live, streams => streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly))
            .AddActivityPropagation());
    }

    public static void MapGrainHost(this WebApplication web)
    {
    }
}
