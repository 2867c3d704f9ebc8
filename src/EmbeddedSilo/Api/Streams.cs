using System.Diagnostics.CodeAnalysis;
using Cafeteria.EmbeddedSilo.Runtime;
using Cafeteria.EmbeddedSilo.Streams;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans
{
    /// <summary>
    /// The grains of this class consume the streams of that namespace: the stream with key k goes to the grain with key k.
    /// The grain implements <see cref="Streams.Core.IStreamSubscriptionObserver"/>.
    /// </summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
    public class ImplicitStreamSubscriptionAttribute(string streamNamespace, string? streamIdMapper = null) : Attribute
    {
        public string? StreamIdMapper { get; init; } = streamIdMapper;

        internal string StreamNamespace { get; } = streamNamespace;
    }

    /// <summary>Streams seen from a grain.</summary>
    public static class GrainStreamingExtensions
    {
        public static IStreamProvider GetStreamProvider(this Grain grain, string name) => ((IGrainBase)grain).GetStreamProvider(name);

        public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name) =>
            grain.GrainContext.ActivationServices.GetRequiredKeyedService<IStreamProvider>(name);
    }

    /// <summary>Streams seen from outside the grains.</summary>
    public static class ClientStreamingExtensions
    {
        public static IStreamProvider GetStreamProvider(this IClusterClient client, string name) =>
            client.ServiceProvider.GetRequiredKeyedService<IStreamProvider>(name);
    }
}

namespace Orleans.Runtime
{
    /// <summary>Which stream: its namespace and its key, written <c>namespace/key</c>.</summary>
    public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
    {
        private readonly string? _namespace;
        private readonly string? _key;

        private StreamId(string? ns, string key)
        {
            _namespace = ns;
            _key = key;
        }

        public static StreamId Create(string? ns, string key) => new(ns, key);

        public string? GetNamespace() => _namespace;

        public string GetKeyAsString() => _key ?? "";

        public bool Equals(StreamId other) =>
            string.Equals(_key, other._key, StringComparison.Ordinal) && string.Equals(_namespace, other._namespace, StringComparison.Ordinal);

        public override bool Equals([NotNullWhen(true)] object? obj) => obj is StreamId other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(_namespace, _key);

        public int CompareTo(StreamId other) =>
            string.CompareOrdinal(_namespace, other._namespace) is not 0 and var byNamespace
                ? byNamespace
                : string.CompareOrdinal(_key, other._key);

        public override string ToString() => $"{_namespace ?? "null"}/{_key}";

        public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

        public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);
    }
}

namespace Orleans.Streams
{
    /// <summary>How subscriptions come about. Only implicit ones do here.</summary>
    public enum StreamPubSubType
    {
        ExplicitGrainBasedAndImplicit = 0,
        ExplicitGrainBasedOnly = 1,
        ImplicitOnly = 2,
    }

    /// <summary>Makes streams. A stream need not be made: it is there once something is published on it.</summary>
    public interface IStreamProvider
    {
        string Name { get; }

        bool IsRewindable { get; }

        IAsyncStream<T> GetStream<T>(StreamId streamId);
    }

    /// <summary>A stream.</summary>
    public interface IAsyncStream
    {
        string ProviderName { get; }

        StreamId StreamId { get; }

        bool IsRewindable { get; }
    }

    /// <summary>A stream to publish on. What is published is accepted when the call completes, and delivered later.</summary>
    public interface IAsyncStream<T> : IAsyncStream, IEquatable<IAsyncStream<T>>, IAsyncBatchProducer<T>;

    /// <summary>Takes what a stream delivers, one by one.</summary>
    public interface IAsyncObserver<in T>
    {
        Task OnNextAsync(T item, StreamSequenceToken? token = null);

        Task OnCompletedAsync();

        Task OnErrorAsync(Exception ex);
    }

    /// <summary>Takes what a stream delivers, in batches.</summary>
    public interface IAsyncBatchObserver<T>
    {
        Task OnNextAsync(IList<SequentialItem<T>> items);

        Task OnCompletedAsync();

        Task OnErrorAsync(Exception ex);
    }

    /// <summary>Publishes.</summary>
    public interface IAsyncBatchProducer<T> : IAsyncObserver<T>
    {
        Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null);
    }

    /// <summary>An item with its place in the stream.</summary>
    [GenerateSerializer]
    public class SequentialItem<T>(T item, StreamSequenceToken token)
    {
        [Id(0)]
        public T Item { get; } = item;

        [Id(1)]
        public StreamSequenceToken Token { get; } = token;
    }

    /// <summary>A place in a stream. Later places are greater.</summary>
    [GenerateSerializer]
    public abstract class StreamSequenceToken : IEquatable<StreamSequenceToken?>, IComparable<StreamSequenceToken?>
    {
        public abstract long SequenceNumber { get; protected set; }

        public abstract int EventIndex { get; protected set; }

        public abstract bool Equals(StreamSequenceToken? other);

        public abstract int CompareTo(StreamSequenceToken? other);
    }

    /// <summary>A subscription of a grain, to which it attaches what takes the items.</summary>
    [GenerateSerializer]
    public abstract class StreamSubscriptionHandle<T> : IEquatable<StreamSubscriptionHandle<T>?>
    {
        public abstract string ProviderName { get; }

        public abstract StreamId StreamId { get; }

        public abstract Guid HandleId { get; }

        public abstract bool Equals(StreamSubscriptionHandle<T>? other);

        public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);

        public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null);

        public abstract Task UnsubscribeAsync();
    }

    /// <summary>Attaches plain functions to a subscription.</summary>
    public static class StreamSubscriptionHandleExtensions
    {
        public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
            this StreamSubscriptionHandle<T> handle, Func<T, StreamSequenceToken?, Task> onNextAsync, StreamSequenceToken? token = null) =>
            handle.ResumeAsync(new DelegateObserver<T>(onNextAsync), token);

        public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(
            this StreamSubscriptionHandle<T> handle, Func<IList<SequentialItem<T>>, Task> onNextAsync, StreamSequenceToken? token = null) =>
            handle.ResumeAsync(new DelegateBatchObserver<T>(onNextAsync), token);
    }

    /// <summary>Shorter ways to a stream.</summary>
    public static class StreamProviderExtensions
    {
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, string id) =>
            streamProvider.GetStream<T>(StreamId.Create(ns, id));
    }
}

namespace Orleans.Streams.Core
{
    /// <summary>A grain that consumes streams.</summary>
    public interface IStreamSubscriptionObserver
    {
        /// <summary>
        /// Called once in an activation before the first delivery of each stream: attach an observer with
        /// <c>handleFactory.Create&lt;T&gt;().ResumeAsync(…)</c>, or the items are dropped.
        /// </summary>
        Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
    }

    /// <summary>Makes the handle of the subscription at hand.</summary>
    public interface IStreamSubscriptionHandleFactory
    {
        string ProviderName { get; }

        StreamId StreamId { get; }

        StreamSubscriptionHandle<T> Create<T>();
    }
}
