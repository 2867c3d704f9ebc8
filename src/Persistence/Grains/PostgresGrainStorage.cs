using System.Buffers.Binary;
using System.Globalization;
using Cafeteria.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Persistence;

/// <summary>What both storages have in common: ETags, and what a caller is told.</summary>
internal static class Etags
{
    /// <summary>
    /// Chosen by the writer, so that a row found after a lost answer tells whose it is. It must be nobody else's, but need not be
    /// hard to guess: a generator made for secrets took 1 % of an order's time.
    /// </summary>
    public static long Next()
    {
        Span<byte> bytes = stackalloc byte[8];
        Random.Shared.NextBytes(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    public static string Text(long etag) => etag.ToString(CultureInfo.InvariantCulture);

    public static long? Of(string? etag) => etag is null ? null : long.Parse(etag, CultureInfo.InvariantCulture);

    public static InconsistentStateException Changed(string what, string? expected) =>
        new($"{what} has been written by another since it was read.", "unknown", expected);
}

/// <summary>Orleans' grain storage over <c>grain_state</c>, with group commit.</summary>
internal sealed class PostgresGrainStorage(Database database, StateJson json) : IGrainStorage
{
    private readonly GroupCommit<GrainRow> _commit =
        database.Closing(new GroupCommit<GrainRow>(new GrainStateTable(database), database.Health, database.Gate, database.Telemetry, database.Logger));

    private readonly ReadBatch<(string GrainId, string Name), StoredRow> _reads = new((keys, token) => database.QueryAsync(
        "read grain_state", Sending.Repeatable, (connection, t) => GrainStateTable.ReadAsync(connection, keys, t), token));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        database.Gate.RequireServing();
        var id = grainId.ToString();
        // A menu that was read before its last change was committed would be believed until the next one: it is never idle.
        if (_commit.IsUndecided(GrainRow.KeyOf(id, stateName)))
            throw new StorageUnavailableException($"An earlier write of {id} is not decided yet.");
        var row = await _reads.ReadAsync((id, stateName)).WaitAsync(cancellationToken).ConfigureAwait(false);
        GrainStates.Set(grainState, row, json);
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var row = new GrainRow(grainId.ToString(), stateName, Etags.Of(grainState.ETag), Etags.Next(), json.Write(grainState.State));
        await WriteAsync(row, grainState.ETag, cancellationToken).ConfigureAwait(false);
        grainState.ETag = Etags.Text(row.Etag);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (grainState.ETag is not null)
            await WriteAsync(
                new GrainRow(grainId.ToString(), stateName, Etags.Of(grainState.ETag), Etags.Next(), null), grainState.ETag, cancellationToken).ConfigureAwait(false);
        GrainStates.Set(grainState, default, json);
    }

    private async Task WriteAsync(GrainRow row, string? expected, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await _commit.WriteAsync(row).WaitAsync(cancellationToken).ConfigureAwait(false) != Outcome.Written)
            throw Etags.Changed(row.Key, expected);
    }
}

internal static class GrainStates
{
    /// <summary>Without a row, the state is a constructed default: Orleans itself would leave one whose constructor never ran.</summary>
    public static void Set<T>(IGrainState<T> state, StoredRow row, StateJson json)
    {
        state.State = row.Payload is null ? Activator.CreateInstance<T>() : json.Read<T>(row.Payload);
        state.ETag = row.Etag is { } etag ? Etags.Text(etag) : null;
        state.RecordExists = row.Etag is not null;
    }
}
