using Orleans.Core;
using Orleans.Runtime;

namespace Orleans.Core
{
    /// <summary>A state and its row in the storage.</summary>
    public interface IStorage
    {
        /// <summary>The row's version as last read or written; null without a row.</summary>
        string? Etag { get; }

        bool RecordExists { get; }

        Task ClearStateAsync();

        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        Task ReadStateAsync();

        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();

        /// <summary>Writes the state as it is when the write starts. A call that meets a write not yet started joins it.</summary>
        Task WriteStateAsync();

        /// <summary>As <see cref="WriteStateAsync()"/>, but with a token that can be cancelled it joins no other write.</summary>
        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();
    }

    /// <summary>A state of a known type.</summary>
    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans
{
    /// <summary>A state on its way from or to the storage.</summary>
    public interface IGrainState<T>
    {
        T? State { get; set; }

        string? ETag { get; set; }

        bool RecordExists { get; set; }
    }

    /// <inheritdoc cref="IGrainState{T}"/>
    [GenerateSerializer]
    public sealed class GrainState<T> : IGrainState<T>
    {
        public GrainState()
        {
        }

        public GrainState(T? state) : this(state, null)
        {
        }

        public GrainState(T? state, string? eTag)
        {
            State = state;
            ETag = eTag;
        }

        [Id(0)]
        public T? State { get; set; }

        [Id(1)]
        public string? ETag { get; set; }

        [Id(2)]
        public bool RecordExists { get; set; }
    }

    /// <summary>Marks constructor parameters that the runtime fills in.</summary>
    public interface IFacetMetadata;
}

namespace Orleans.Runtime
{
    /// <summary>A state that was read before the grain was activated, injected with <see cref="PersistentStateAttribute"/>.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Which state, and in which storage.</summary>
    public interface IPersistentStateConfiguration
    {
        string StateName { get; }

        string? StorageName { get; }
    }

    /// <summary>Fills a constructor parameter with the grain's state of that name.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null)
        : Attribute, IFacetMetadata, IPersistentStateConfiguration
    {
        public string StateName { get; } = stateName;

        public string? StorageName { get; } = storageName;
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// Keeps grain states. A read sets State, ETag and RecordExists; a write or clear checks the ETag, throws
    /// <see cref="InconsistentStateException"/> when the row is another, and sets the new ETag.
    /// </summary>
    public interface IGrainStorage
    {
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ReadStateAsync(stateName, grainId, grainState);
        }

        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return WriteStateAsync(stateName, grainId, grainState);
        }

        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ClearStateAsync(stateName, grainId, grainState);
        }
    }
}
