using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.Utilities;

namespace Cafeteria.Tests.News;

[GenerateSerializer]
[Immutable]
[Alias("test.headline")]
public sealed record Headline([property: Id(0)] int Number, [property: Id(1)] string Text);

[Alias("test.reader")]
public interface IReader : IGrainObserver
{
    [Alias("read"), OneWay]
    Task ReadAsync(Headline headline);

    [Alias("ask")]
    Task<int> AskAsync();
}

[Alias("test.newsroom")]
public interface INewsroomGrain : IGrainWithStringKey
{
    [Alias("subscribe")]
    Task<int> SubscribeAsync(IReader reader, int milliseconds);

    [Alias("print")]
    Task<int> PrintAsync(Headline headline);

    [Alias("ask")]
    Task<string> AskAsync(IReader reader);
}

public sealed class NewsroomGrain(ILogger<NewsroomGrain> log) : Grain, INewsroomGrain
{
    private readonly ObserverManager<IReader> _readers = new(TimeSpan.FromMinutes(1), log);

    public Task<int> SubscribeAsync(IReader reader, int milliseconds)
    {
        _readers.ExpirationDuration = TimeSpan.FromMilliseconds(milliseconds);
        _readers.Subscribe(reader, reader);
        return Task.FromResult(_readers.Count);
    }

    public async Task<int> PrintAsync(Headline headline)
    {
        await _readers.Notify(reader => reader.ReadAsync(headline));
        return _readers.Count;
    }

    public async Task<string> AskAsync(IReader reader)
    {
        try
        {
            return $"{await reader.AskAsync()}";
        }
        catch (Exception failure)
        {
            return failure.GetType().Name;
        }
    }
}

/// <summary>What the feeds of this process have received, by key.</summary>
public static class Received
{
    private static readonly ConcurrentDictionary<string, ImmutableList<string>> ByKey = new();

    public static ConcurrentDictionary<string, int> Subscriptions { get; } = new();

    public static ConcurrentDictionary<string, int> FailuresToCome { get; } = new();

    public static ImmutableList<string> By(string key) => ByKey.GetValueOrDefault(key) ?? [];

    public static void Add(string key, string what) => ByKey.AddOrUpdate(key, [what], (_, list) => list.Add(what));
}

[Alias("test.feed")]
public interface IFeedGrain : IGrainWithStringKey
{
    [Alias("publish")]
    Task PublishAsync(string key, int first, int count);

    [Alias("activation")]
    Task WakeAsync();
}

/// <summary>Takes headlines one by one.</summary>
[ImplicitStreamSubscription("headlines")]
public sealed class FeedGrain : Grain, IFeedGrain, IStreamSubscriptionObserver, IAsyncObserver<Headline>
{
    private string Key => this.GetPrimaryKeyString();

    public Task WakeAsync() => Task.CompletedTask;

    public async Task PublishAsync(string key, int first, int count)
    {
        var stream = this.GetStreamProvider(ClusterFixture.Streams).GetStream<Headline>(StreamId.Create("headlines", key));
        for (var number = first; number < first + count; number++)
        {
            await stream.OnNextAsync(new Headline(number, "extra"));
        }
    }

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory)
    {
        Received.Subscriptions.AddOrUpdate(Key, 1, (_, count) => count + 1);
        await handleFactory.Create<Headline>().ResumeAsync(this);
    }

    public Task OnNextAsync(Headline item, StreamSequenceToken? token = null)
    {
        if (item.Number == 3 && Received.FailuresToCome.TryGetValue(Key, out var left) && left > 0)
        {
            Received.FailuresToCome[Key] = left - 1;
            throw new InvalidOperationException("not now");
        }

        Received.Add(Key, $"{item.Number}");
        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}

[Alias("test.batch-feed")]
public interface IBatchFeedGrain : IGrainWithStringKey;

/// <summary>Takes headlines as they come, in batches.</summary>
[ImplicitStreamSubscription("batched-headlines")]
public sealed class BatchFeedGrain : Grain, IBatchFeedGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<Headline>
{
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<Headline>().ResumeAsync(this);

    public Task OnNextAsync(IList<SequentialItem<Headline>> items)
    {
        foreach (var item in items)
        {
            Received.Add(this.GetPrimaryKeyString(), $"{item.Item.Number}");
        }

        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
