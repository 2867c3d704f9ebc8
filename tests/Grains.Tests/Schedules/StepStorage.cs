using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Tests.Schedules;

/// <summary>
/// The way from one silo to the rows. A statement happens in one step and is answered in another; between them may come
/// whatever can. A statement that was sent happens even if its silo is dead by then.
/// </summary>
internal sealed class StepStorage(StepSilo silo, Steps steps, StepRows rows) : IGrainStorage, IStockBooks, IOrderRows
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => grainState is IGrainState<OrderState> order
        ? AskAsync("read", grainId, () => Done(() => rows.Read(grainId.Key.ToString()!, order)))
        : Task.CompletedTask;

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (state, etag) = ((OrderState)(object)grainState.State!, grainState.ETag);
        grainState.ETag = await AskAsync($"write {state.Status} of", grainId, () => rows.Write(grainId.Key.ToString()!, state, etag));
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => throw new NotSupportedException();

    public Task<StockAccount> TakeOverAsync(string tenant, string itemId, CancellationToken cancellationToken) =>
        AskAsync("take over", itemId, () => rows.TakeOver(itemId));

    public Task<StockFold?> FoldAsync(string tenant, string itemId, long epoch, CancellationToken cancellationToken) =>
        AskAsync("fold", itemId, () => rows.Fold(itemId, epoch), () => rows.Folded(itemId));

    public Task<ImmutableArray<string>> OpenOrdersOfAsync(string tenant, string student, CancellationToken cancellationToken) => AskAsync(
        "open orders of", student,
        () => rows.Orders.Where(order => order.Student == student && OrderRules.Exists(order) && !order.Status.IsFinal()).Select(order => order.OrderId).ToImmutableArray());

    public Task<ImmutableArray<OrderState>> AtStationAsync(string tenant, string station, CancellationToken cancellationToken) => AskAsync(
        "orders at", station,
        () => rows.Orders.Where(order => order.Status is OrderStatus.StockVerified or OrderStatus.InKitchen).ToImmutableArray());

    public Task<ImmutableArray<DueOrder>> ClaimDueAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken) =>
        AskAsync("claim", "due orders", () => rows.ClaimDue(now, lease));

    public ValueTask<int> NextNumberAsync(string tenant, DateOnly day, CancellationToken cancellationToken) => new(rows.NextNumber());

    /// <param name="answering">Happens when the answer is on its way.</param>
    private Task<T> AskAsync<T>(string what, object of, Func<T> happen, Action? answering = null)
    {
        var answer = new TaskCompletionSource<T>();
        if (silo.IsDead)
            return answer.Task;
        if (Trouble())
        {
            // Its caller gives up; the statement goes on behind it, and happens a long time later, or never.
            steps.Add(silo, "no answer to", $"{what} {of}", () => answer.SetException(Unavailable()));
            if (!Trouble())
                steps.Add(null, what, $"{of}, late", () => Outcome(happen), late: true);
            return answer.Task;
        }

        var lost = Trouble();
        steps.Add(null, what, of, () =>
        {
            var (result, failure) = Outcome(happen);
            if (!silo.IsDead)
                steps.Add(silo, lost ? "lost answer to" : "answer to", $"{what} {of}", () =>
                {
                    answering?.Invoke();
                    if (lost || failure is not null)
                        answer.SetException(failure ?? Unavailable());
                    else
                        answer.SetResult(result!);
                });
        });
        return answer.Task;

        bool Trouble() => steps.Troubled && steps.Choices.OneIn(10);
    }

    private static (T? Result, Exception? Failure) Outcome<T>(Func<T> happen)
    {
        try
        {
            return (happen(), null);
        }
        catch (OrleansException refused)
        {
            return (default, refused);
        }
    }

    private static StorageUnavailableException Unavailable() => new("The test wants it.");

    private static bool Done(Action happen)
    {
        happen();
        return true;
    }

    public Task<StockAccount?> ChangeAsync(
        string tenant, string itemId, long epoch, bool writeOff, ChangeStock change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<StockAccount?> CountAsync(
        string tenant, string itemId, long epoch, int difference, CountStock count, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> HasCountAsync(string tenant, string itemId, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<StockMovement>> MovementsAsync(
        string tenant, string itemId, ImmutableArray<StockMovementKind> kinds, long? before, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> HasChangeAsync(string tenant, string itemId, bool writeOff, string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<StockLevel>> LevelsAsync(string tenant, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task SetReorderLevelAsync(string tenant, string itemId, int reorderLevel, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<OrderState>> ListAsync(OrderQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableArray<CalledOrder>> OnBoardAsync(string tenant, DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ImmutableDictionary<string, int>> VersionsAsync(string tenant, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ImmutableArray<OrderCount>> CountByStatusAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<DueBacklog> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new NotSupportedException();
}
