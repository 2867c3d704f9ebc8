using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.EmbeddedSilo.Storage;

/// <summary>Keeps states as they are, for tests and trials. States are immutable, so they need no copying.</summary>
internal sealed class MemoryStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), Row> _rows = new();
    private long _etag;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_rows.TryGetValue((stateName, grainId), out var row))
        {
            grainState.State = (T?)row.State;
            grainState.ETag = row.Etag;
            grainState.RecordExists = true;
        }
        else
        {
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var written = new Row(grainState.State, Interlocked.Increment(ref _etag).ToString(CultureInfo.InvariantCulture));
        lock (_rows)
        {
            Check((stateName, grainId), grainState.ETag);
            _rows[(stateName, grainId)] = written;
        }

        grainState.ETag = written.Etag;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_rows)
        {
            Check((stateName, grainId), grainState.ETag);
            _rows.TryRemove((stateName, grainId), out _);
        }

        grainState.State = typeof(T).GetConstructor(Type.EmptyTypes) is null ? default : Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private void Check((string State, GrainId Grain) key, string? etag)
    {
        var stored = _rows.GetValueOrDefault(key)?.Etag;
        if (!string.Equals(stored, etag, StringComparison.Ordinal))
        {
            throw new InconsistentStateException($"The stored state {key.State} of {key.Grain} is another.", stored, etag);
        }
    }

    private sealed record Row(object? State, string Etag);
}
