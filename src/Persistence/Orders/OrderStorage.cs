using Cafeteria.Orders;
using Cafeteria.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Persistence;

/// <summary>
/// Orleans' grain storage over <c>orders</c>: the state, the columns people ask for, and the ledger rows it appends, in one
/// statement. Throws <see cref="StaleEpochException"/> when an item sold has been taken over.
/// </summary>
internal sealed class OrderStorage(Database database, StateJson json) : IGrainStorage
{
    private readonly GroupCommit<OrderRow> _commit =
        database.Closing(new GroupCommit<OrderRow>(new OrderTable(database), database.Health, database.Gate, database.Telemetry, database.Logger));

    private readonly ReadBatch<string, StoredRow> _reads = new((keys, token) => database.QueryAsync(
        "read orders", Sending.Repeatable, (connection, t) => OrderTable.ReadAsync(connection, keys, t), token));

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ReadStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        database.Gate.RequireServing();
        var key = grainId.Key.ToString()!;
        if (_commit.IsUndecided(key))
            throw new StorageUnavailableException("An earlier write of this order is not decided yet.");
        var row = await _reads.ReadAsync(key).WaitAsync(cancellationToken).ConfigureAwait(false);
        GrainStates.Set(grainState, row, json);
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        WriteStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        var state = grainState.State as OrderState
            ?? throw new ArgumentException($"This storage keeps {nameof(OrderState)}, not {typeof(T).Name}.", nameof(grainState));
        var row = Row(grainId, state, grainState.ETag, json.Write(state));
        await WriteAsync(row, grainState.ETag, cancellationToken).ConfigureAwait(false);
        grainState.ETag = Etags.Text(row.Etag);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        ClearStateAsync(stateName, grainId, grainState, CancellationToken.None);

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState, CancellationToken cancellationToken)
    {
        if (grainState.ETag is not null)
            await WriteAsync(Row(grainId, new OrderState(), grainState.ETag, null), grainState.ETag, cancellationToken).ConfigureAwait(false);
        GrainStates.Set(grainState, default, json);
    }

    private static OrderRow Row(GrainId grainId, OrderState state, string? etag, byte[]? payload) =>
        new(GrainKey.Parse(grainId.Key.ToString()!), state, Etags.Of(etag), Etags.Next(), payload);

    private async Task WriteAsync(OrderRow row, string? expected, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        switch (await _commit.WriteAsync(row).WaitAsync(cancellationToken).ConfigureAwait(false))
        {
            case Outcome.Written:
                return;
            case Outcome.Stale:
                throw new StaleEpochException(row.StaleItems);
            default:
                throw Etags.Changed($"Order {row.Order}", expected);
        }
    }
}
