using Cafeteria.EmbeddedSilo.Runtime;
using Orleans.Runtime;
using Orleans.Streams;
using Orleans.Streams.Core;

namespace Cafeteria.EmbeddedSilo.Streams;

/// <summary>A batch as a turn of the grain that consumes it.</summary>
internal sealed class Delivery<T>(StreamProvider provider, StreamId stream, List<SequentialItem<T>> batch) : VoidCall
{
    // How many were taken one by one: an attempt made again goes on behind them.
    private int _taken;

    public override bool IsAlwaysInterleave => false;

    public override bool IsReadOnly => false;

    public override bool IsOneWay => false;

    public Delivery<T> Again() => new(provider, stream, batch) { _taken = _taken };

    public override async Task Invoke(object target)
    {
        var activation = Activation.Current!;
        var consumers = activation.StreamConsumers ??= [];
        if (!consumers.TryGetValue(stream, out var consumer))
        {
            if (target is IStreamSubscriptionObserver subscriber)
            {
                await subscriber.OnSubscribed(new HandleFactory(provider, stream, activation));
            }

            consumer = consumers.GetValueOrDefault(stream);
        }

        switch (consumer)
        {
            case IAsyncBatchObserver<T> batches:
                await batches.OnNextAsync(batch);
                break;
            case IAsyncObserver<T> single:
                for (; _taken < batch.Count; _taken++)
                {
                    await single.OnNextAsync(batch[_taken].Item, batch[_taken].Token);
                }

                break;
        }
    }
}

/// <inheritdoc/>
internal sealed class HandleFactory(StreamProvider provider, StreamId stream, Activation activation) : IStreamSubscriptionHandleFactory
{
    public string ProviderName => provider.Name;

    public StreamId StreamId => stream;

    public StreamSubscriptionHandle<T> Create<T>() => new Subscription<T>(provider.Name, stream, activation);
}

/// <inheritdoc/>
internal sealed class Subscription<T>(string provider, StreamId stream, Activation activation) : StreamSubscriptionHandle<T>
{
    public override string ProviderName => provider;

    public override StreamId StreamId => stream;

    public override Guid HandleId { get; } = Guid.NewGuid();

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null) => Attach(observer);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null) => Attach(observer);

    public override Task UnsubscribeAsync()
    {
        activation.StreamConsumers?.Remove(stream);
        return Task.CompletedTask;
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == HandleId;

    public override bool Equals(object? obj) => Equals(obj as StreamSubscriptionHandle<T>);

    public override int GetHashCode() => HandleId.GetHashCode();

    private Task<StreamSubscriptionHandle<T>> Attach(object observer)
    {
        (activation.StreamConsumers ??= [])[stream] = observer;
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }
}
