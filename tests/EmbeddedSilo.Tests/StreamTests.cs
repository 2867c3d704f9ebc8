using System.Globalization;
using Cafeteria.Tests.News;
using Orleans.Runtime;
using Orleans.Streams;

namespace Cafeteria.Tests;

/// <summary>What is published on a stream reaches the grain of the same key, in order.</summary>
[Collection(OneCluster.Name)]
public sealed class StreamTests(ClusterFixture fixture)
{
    private readonly string _key = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task What_a_grain_publishes_reaches_the_subscribed_grain_in_order()
    {
        await fixture.Cluster.Grains.GetGrain<IFeedGrain>("publisher").PublishAsync(_key, 0, 100);

        await ReceivedAsync(100);
        Assert.Equal(Numbers(0, 100), Received.By(_key));
        Assert.Equal(1, Received.Subscriptions[_key]);
    }

    [Fact]
    public async Task What_is_published_from_outside_reaches_the_subscribed_grain()
    {
        var provider = fixture.Cluster.Services.GetStreamProvider();
        var stream = provider.GetStream<Headline>(StreamId.Create("batched-headlines", _key));
        await stream.OnNextAsync(new Headline(0, "single"));
        await stream.OnNextBatchAsync(Enumerable.Range(1, 49).Select(number => new Headline(number, "batch")));

        await ReceivedAsync(50);
        Assert.Equal(Numbers(0, 50), Received.By(_key));
    }

    [Fact]
    public async Task A_stream_of_another_namespace_or_key_does_not_reach_it()
    {
        var provider = fixture.Cluster.Services.GetStreamProvider();
        await provider.GetStream<Headline>("other", _key).OnNextAsync(new Headline(-1, "elsewhere"));
        await provider.GetStream<Headline>("headlines", _key + "x").OnNextAsync(new Headline(-1, "elsewhere"));
        await provider.GetStream<Headline>("headlines", _key).OnNextAsync(new Headline(1, "here"));

        await ReceivedAsync(1);
        Assert.Equal(["1"], Received.By(_key));
    }

    [Fact]
    public async Task A_delivery_that_fails_is_made_again()
    {
        Received.FailuresToCome[_key] = 1;
        await fixture.Cluster.Grains.GetGrain<IFeedGrain>("publisher").PublishAsync(_key, 0, 5);

        await ReceivedAsync(5);
        Assert.Equal(Numbers(0, 5), Received.By(_key));
    }

    [Fact]
    public async Task A_new_activation_subscribes_anew()
    {
        var publisher = fixture.Cluster.Grains.GetGrain<IFeedGrain>("publisher");
        await publisher.PublishAsync(_key, 0, 5);
        await ReceivedAsync(5);
        await fixture.Cluster.DeactivateAsync(fixture.Cluster.Grains.GetGrain<IFeedGrain>(_key));
        await publisher.PublishAsync(_key, 5, 5);
        await ReceivedAsync(10);

        Assert.Equal(Numbers(0, 10), Received.By(_key));
        Assert.Equal(2, Received.Subscriptions[_key]);
    }

    private static IEnumerable<string> Numbers(int first, int count) =>
        Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    private Task ReceivedAsync(int count) =>
        Waiting.UntilAsync(() => Received.By(_key).Count >= count, $"{count} headlines to be received");
}

internal static class StreamServices
{
    public static IStreamProvider GetStreamProvider(this IServiceProvider services) =>
        Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions
            .GetRequiredKeyedService<IStreamProvider>(services, ClusterFixture.Streams);
}
