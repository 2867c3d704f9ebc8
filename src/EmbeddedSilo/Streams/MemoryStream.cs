using System.Diagnostics;
using Cafeteria.EmbeddedSilo.Runtime;
using Orleans.Runtime;
using Orleans.Streams;

namespace Cafeteria.EmbeddedSilo.Streams;

/// <summary>
/// A stream in memory. What is published waits in a bounded queue; one pump delivers it, in batches, to the grain of the same
/// key in every class that subscribes. At most one delivery per stream is under way, and between the starts of two lies at
/// least the pulling period, so that a busy stream makes few large batches and a quiet one is not delayed.
/// </summary>
internal sealed class MemoryStream<T>(StreamProvider provider, StreamId streamId) : IAsyncStream<T>
{
    private const int Capacity = 16_384;
    private const int MaxBatch = 1_024;

    private readonly Queue<SequentialItem<T>> _items = new();
    private long _published;
    private long _dropped;
    private bool _pumping;

    public string ProviderName => provider.Name;

    public StreamId StreamId => streamId;

    public bool IsRewindable => false;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        var dropped = 0;
        lock (_items)
        {
            foreach (var item in batch)
            {
                if (_items.Count == Capacity)
                {
                    // Its consumer hangs. The oldest go, for the newest say most.
                    _items.Dequeue();
                    dropped++;
                }

                var copy = provider.Silo.Codec is { } codec ? (T)codec.Copy(item, typeof(T))! : item;
                _items.Enqueue(new SequentialItem<T>(copy, new SequenceToken(++_published)));
            }

            if (!_pumping && _items.Count > 0)
            {
                _pumping = true;
                ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.PumpAsync(), this, preferLocal: false);
            }
        }

        if (dropped > 0 && Interlocked.Add(ref _dropped, dropped) is var all && (all == dropped || all % Capacity == 0))
        {
            Log.StreamFull(provider.Silo.Logger, streamId, dropped);
        }

        return Task.CompletedTask;
    }

    public Task OnCompletedAsync() => Task.CompletedTask;

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public bool Equals(IAsyncStream<T>? other) =>
        other is not null && other.StreamId == streamId && string.Equals(other.ProviderName, ProviderName, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => HashCode.Combine(ProviderName, streamId);

    private async Task PumpAsync()
    {
        while (true)
        {
            var start = Stopwatch.GetTimestamp();
            List<SequentialItem<T>> batch;
            lock (_items)
            {
                if (_items.Count == 0)
                {
                    _pumping = false;
                    return;
                }

                batch = new List<SequentialItem<T>>(Math.Min(_items.Count, MaxBatch));
                while (batch.Count < MaxBatch && _items.TryDequeue(out var item))
                {
                    batch.Add(item);
                }
            }

            await Task.WhenAll(provider.ConsumersOf(streamId).Select(consumer => DeliverAsync(consumer, batch))).ConfigureAwait(false);
            var rest = provider.Options.GetQueueMsgsTimerPeriod - Stopwatch.GetElapsedTime(start);
            if (rest > TimeSpan.Zero)
            {
                await Task.Delay(rest).ConfigureAwait(false);
            }
        }
    }

    private async Task DeliverAsync(GrainClass consumer, List<SequentialItem<T>> batch)
    {
        var key = streamId.GetKeyAsString();
        var start = Stopwatch.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(50);
        var delivery = new Delivery<T>(provider, streamId, batch);
        while (true)
        {
            try
            {
                provider.Silo.Send(consumer, key, delivery);
                await delivery.Task.ConfigureAwait(false);
                return;
            }
            catch (Exception failure)
            {
                if (failure is SiloUnavailableException || Stopwatch.GetElapsedTime(start) + pause > provider.Options.MaxEventDeliveryTime)
                {
                    Log.DeliveryFailed(provider.Silo.Logger, failure, batch.Count, streamId, GrainId.Create(consumer.Type, key));
                    return;
                }
            }

            await Task.Delay(pause).ConfigureAwait(false);
            delivery = delivery.Again();
            pause = pause * 2 < TimeSpan.FromSeconds(5) ? pause * 2 : TimeSpan.FromSeconds(5);
        }
    }
}
