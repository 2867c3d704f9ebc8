using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Tests;

/// <summary>A storage that every silo shares, and in which a test can break things.</summary>
public sealed class Rows : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (object? State, string Etag)> _rows = new();
    private readonly ConcurrentDictionary<string, int> _writes = new();
    private readonly ConcurrentDictionary<string, string> _gates = new();
    private readonly ConcurrentDictionary<string, Exception> _failures = new();

    public int WritesOf(string key) => _writes.GetValueOrDefault(key);

    /// <summary>The next writes of that grain wait at this gate.</summary>
    public void HoldWrites(string key, string gate) => _gates[key] = gate;

    public void LetWritesPass(string key) => _gates.TryRemove(key, out _);

    /// <summary>The next operation on that grain's row fails so.</summary>
    public void FailOnce(string key, Exception failure) => _failures[key] = failure;

    /// <summary>Somebody else writes the row.</summary>
    public void Overwrite(string key, object state) => _rows[key] = (state, Guid.NewGuid().ToString());

    public bool Has(string key) => _rows.ContainsKey(key);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.Key.ToString()!;
        ThrowIfBroken(key);
        if (_rows.TryGetValue(key, out var row))
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

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.Key.ToString()!;
        _writes.AddOrUpdate(key, 1, (_, count) => count + 1);
        if (_gates.TryGetValue(key, out var gate))
        {
            Gates.Reached(gate);
            await Gates.Opened(gate);
        }

        ThrowIfBroken(key);
        Check(key, grainState.ETag);
        var etag = Guid.NewGuid().ToString();
        _rows[key] = (grainState.State, etag);
        grainState.ETag = etag;
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = grainId.Key.ToString()!;
        ThrowIfBroken(key);
        Check(key, grainState.ETag);
        _rows.TryRemove(key, out _);
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private void Check(string key, string? etag)
    {
        var stored = _rows.TryGetValue(key, out var row) ? row.Etag : null;
        if (stored != etag)
        {
            throw new InconsistentStateException("The row is another.", stored, etag);
        }
    }

    private void ThrowIfBroken(string key)
    {
        if (_failures.TryRemove(key, out var failure))
        {
            throw failure;
        }
    }
}
