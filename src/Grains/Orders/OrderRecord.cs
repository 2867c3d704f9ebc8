using Orleans.Storage;

namespace Cafeteria.Orders;

/// <summary>
/// An order's row, read when somebody must know it and not before: one that is being placed almost never has a row yet. Its
/// accepting write expects none, and is refused if there is one; reading first cost every order a query.
/// </summary>
internal sealed class OrderRecord(IGrainStorage storage, GrainId id)
{
    private const string Name = "order";

    private GrainState<OrderState> _row = new();

    /// <summary>Whether the row was read or written by this activation; until then <see cref="Order"/> says nothing.</summary>
    public bool Known { get; private set; }

    /// <summary>The order as committed.</summary>
    public OrderState? Order { get; private set; }

    /// <summary>The order as committed, read if need be. In the order's own turns only: from then on it is known.</summary>
    public async ValueTask<OrderState?> ReadAsync() => Known ? Order : Become(await LoadAsync());

    /// <summary>
    /// The same beside a turn. What it reads is not kept: a turn that is placing the order goes by not having read it, and
    /// would overwrite the row it learnt of here instead of being refused.
    /// </summary>
    public async ValueTask<OrderState?> PeekAsync()
    {
        if (Known)
            return Order;
        var row = await LoadAsync();
        return Known ? Order : StateOf(row);
    }

    /// <summary>Writes, and only then is it so.</summary>
    /// <exception cref="InconsistentStateException">The row is another than this activation knows; nothing was written.</exception>
    /// <exception cref="Storage.StaleEpochException">An item was taken over; nothing was written.</exception>
    /// <exception cref="Storage.StorageUnavailableException">Written or not is unknown.</exception>
    public async Task WriteAsync(OrderState next)
    {
        var row = new GrainState<OrderState>(next, _row.ETag) { RecordExists = _row.RecordExists };
        await storage.WriteStateAsync(Name, id, row);
        row.State = next with { Appending = [] };
        Become(row);
    }

    private async Task<GrainState<OrderState>> LoadAsync()
    {
        var row = new GrainState<OrderState>();
        await storage.ReadStateAsync(Name, id, row);
        return row;
    }

    private OrderState? Become(GrainState<OrderState> row)
    {
        (_row, Known) = (row, true);
        return Order = StateOf(row);
    }

    private static OrderState? StateOf(GrainState<OrderState> row) => row.RecordExists ? row.State : null;
}
