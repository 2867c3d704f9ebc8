using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;

namespace Cafeteria.Tests;

/// <summary>One cluster for the tests that need nothing special of it; each test uses keys of its own.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public const string Storage = "Rows";
    public const string Streams = "Live";

    public GrainCluster Cluster { get; private set; } = null!;

    internal Rows Rows { get; } = new();

    public async Task InitializeAsync() => Cluster = await GrainCluster.StartAsync(silo =>
    {
        silo.Services.AddGrainStorage(Storage, (_, _) => Rows);
        silo.Services.AddSingleton(Rows);
        silo.AddMemoryStreams(Streams, streams =>
        {
            streams.ConfigureStreamPubSub(Orleans.Streams.StreamPubSubType.ImplicitOnly);
            streams.ConfigurePartitioning(2);
            streams.ConfigurePullingAgent(agent => agent.Configure(options => options.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(25)));
        });
    });

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}

[CollectionDefinition(Name)]
public sealed class OneCluster : ICollectionFixture<ClusterFixture>
{
    public const string Name = "one cluster";
}
