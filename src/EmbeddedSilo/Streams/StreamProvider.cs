using System.Collections.Concurrent;
using Cafeteria.EmbeddedSilo.Runtime;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Streams;

namespace Cafeteria.EmbeddedSilo.Streams;

/// <summary>The streams of one name. Each stream has a queue of its own, from which its consumers are served in order.</summary>
internal sealed class StreamProvider(string name, SiloRuntime silo, IOptionsMonitor<StreamPullingAgentOptions> options) : IStreamProvider
{
    private readonly ConcurrentDictionary<(Type Item, StreamId Stream), object> _streams = new();

    public string Name => name;

    public bool IsRewindable => false;

    public SiloRuntime Silo => silo;

    public StreamPullingAgentOptions Options { get; } = options.Get(name);

    public IAsyncStream<T> GetStream<T>(StreamId streamId) =>
        (IAsyncStream<T>)_streams.GetOrAdd((typeof(T), streamId), static (key, self) => new MemoryStream<T>(self, key.Stream), this);

    public IEnumerable<GrainClass> ConsumersOf(StreamId stream) =>
        silo.Catalog.Classes.Where(of => of.StreamNamespaces.Contains(stream.GetNamespace(), StringComparer.Ordinal));
}
