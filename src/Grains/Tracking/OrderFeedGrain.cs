using System.Diagnostics;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.Utilities;

namespace Cafeteria.Tracking;

[ImplicitStreamSubscription(StreamNames.OrderEvents)]
internal sealed class OrderFeedGrain(ILogger<OrderFeedGrain> logger)
    : Grain, IOrderFeedGrain, IStreamSubscriptionObserver, IAsyncBatchObserver<OrderChanged>
{
    private static readonly TimeSpan ObserverExpires = TimeSpan.FromSeconds(30);

    private readonly ObserverManager<IOrderFeedObserver> _observers = new(ObserverExpires, logger);

    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) =>
        await handleFactory.Create<OrderChanged>().ResumeAsync(this);

    public Task Observe(IOrderFeedObserver observer)
    {
        _observers.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    public Task Forget(IOrderFeedObserver observer)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    /// <summary>One-way calls: a process that is gone costs nothing, its observer expires.</summary>
    public Task OnNextAsync(IList<SequentialItem<OrderChanged>> items)
    {
        var changes = items.Select(item => item.Item).ToImmutableArray();
        return Tracing.Source.HasListeners() ? NotifyTracedAsync(changes) : _observers.Notify(observer => observer.Push(changes));
    }

    /// <summary>A batch has many causes: each of its changes goes on under its own.</summary>
    private async Task NotifyTracedAsync(ImmutableArray<OrderChanged> changes)
    {
        var spans = changes.Select(change => Tracing.Under(change.Trace, $"deliver {StreamNames.OrderEvents}")).ToArray();
        Activity.Current = null;
        var traced = changes.Select((change, i) => change with { Trace = spans[i]?.Id ?? change.Trace }).ToImmutableArray();
        await _observers.Notify(observer => observer.Push(traced));
        foreach (var span in spans)
            span?.Dispose();
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;
}
