using Cafeteria.Orders;
using Cafeteria.Stock;
using Orleans.Runtime;
using Orleans.Storage;

namespace Cafeteria.Tests;

/// <summary>The real storage, with failures before a write (nothing is written) and after it (it is, but nobody is told).</summary>
internal sealed class FaultyStorage(IGrainStorage real, Faults faults) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await faults.AtAsync("read", grainId.Key.ToString()!);
        await real.ReadStateAsync(stateName, grainId, grainState);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await faults.AtAsync("write", grainId.Key.ToString()!);
        await real.WriteStateAsync(stateName, grainId, grainState);
        await faults.AtAsync("written", grainId.Key.ToString()!);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        real.ClearStateAsync(stateName, grainId, grainState);
}

internal sealed class FaultyBooks(IStockBooks real, Faults faults) : IStockBooks
{
    public async Task<StockAccount> TakeOverAsync(string tenant, string itemId, CancellationToken cancellationToken)
    {
        await faults.AtAsync("take-over", GrainKey.For(tenant, itemId));
        return await real.TakeOverAsync(tenant, itemId, cancellationToken);
    }

    public async Task<StockFold?> FoldAsync(string tenant, string itemId, long epoch, CancellationToken cancellationToken)
    {
        await faults.AtAsync("fold", GrainKey.For(tenant, itemId));
        var fold = await real.FoldAsync(tenant, itemId, epoch, cancellationToken);
        await faults.AtAsync("folded", GrainKey.For(tenant, itemId));
        return fold;
    }

    public async Task<StockAccount?> ChangeAsync(
        string tenant, string itemId, long epoch, bool writeOff, ChangeStock change, CancellationToken cancellationToken)
    {
        await faults.AtAsync("change", GrainKey.For(tenant, itemId));
        var account = await real.ChangeAsync(tenant, itemId, epoch, writeOff, change, cancellationToken);
        await faults.AtAsync("changed", GrainKey.For(tenant, itemId));
        return account;
    }

    public async Task<StockAccount?> CountAsync(
        string tenant, string itemId, long epoch, int difference, CountStock count, CancellationToken cancellationToken)
    {
        await faults.AtAsync("count", GrainKey.For(tenant, itemId));
        var account = await real.CountAsync(tenant, itemId, epoch, difference, count, cancellationToken);
        await faults.AtAsync("counted", GrainKey.For(tenant, itemId));
        return account;
    }

    public Task<bool> HasCountAsync(string tenant, string itemId, string key, CancellationToken cancellationToken) =>
        real.HasCountAsync(tenant, itemId, key, cancellationToken);

    public Task<ImmutableArray<StockMovement>> MovementsAsync(
        string tenant, string itemId, ImmutableArray<StockMovementKind> kinds, long? before, int limit, CancellationToken cancellationToken) =>
        real.MovementsAsync(tenant, itemId, kinds, before, limit, cancellationToken);

    public Task<bool> HasChangeAsync(string tenant, string itemId, bool writeOff, string key, CancellationToken cancellationToken) =>
        real.HasChangeAsync(tenant, itemId, writeOff, key, cancellationToken);

    public Task<ImmutableArray<StockLevel>> LevelsAsync(string tenant, CancellationToken cancellationToken) => real.LevelsAsync(tenant, cancellationToken);

    public Task SetReorderLevelAsync(string tenant, string itemId, int reorderLevel, CancellationToken cancellationToken) =>
        real.SetReorderLevelAsync(tenant, itemId, reorderLevel, cancellationToken);
}

internal sealed class FaultyRows(IOrderRows real, Faults faults) : IOrderRows
{
    public async ValueTask<int> NextNumberAsync(string tenant, DateOnly day, CancellationToken cancellationToken)
    {
        await faults.AtAsync("number", tenant);
        return await real.NextNumberAsync(tenant, day, cancellationToken);
    }

    public async Task<ImmutableArray<string>> OpenOrdersOfAsync(string tenant, string student, CancellationToken cancellationToken)
    {
        await faults.AtAsync("open-orders", GrainKey.For(tenant, student));
        return await real.OpenOrdersOfAsync(tenant, student, cancellationToken);
    }

    public async Task<ImmutableArray<OrderState>> AtStationAsync(string tenant, string station, CancellationToken cancellationToken)
    {
        await faults.AtAsync("at-station", GrainKey.For(tenant, station));
        return await real.AtStationAsync(tenant, station, cancellationToken);
    }

    public Task<ImmutableArray<OrderState>> ListAsync(OrderQuery query, CancellationToken cancellationToken) => real.ListAsync(query, cancellationToken);

    public Task<ImmutableArray<CalledOrder>> OnBoardAsync(string tenant, DateTimeOffset now, CancellationToken cancellationToken) =>
        real.OnBoardAsync(tenant, now, cancellationToken);

    public Task<ImmutableDictionary<string, int>> VersionsAsync(string tenant, IReadOnlyCollection<string> orderIds, CancellationToken cancellationToken) =>
        real.VersionsAsync(tenant, orderIds, cancellationToken);

    public Task<ImmutableArray<DueOrder>> ClaimDueAsync(DateTimeOffset now, TimeSpan lease, int limit, CancellationToken cancellationToken) =>
        real.ClaimDueAsync(now, lease, limit, cancellationToken);

    public Task<ImmutableArray<OrderCount>> CountByStatusAsync(CancellationToken cancellationToken) => real.CountByStatusAsync(cancellationToken);

    public Task<DueBacklog> DueAsync(DateTimeOffset now, CancellationToken cancellationToken) => real.DueAsync(now, cancellationToken);
}

/// <summary>Messages between grains that are late, fail, or never arrive.</summary>
internal sealed class FaultyCalls(Faults faults) : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        await faults.AtAsync($"sending {context.MethodName}", context.TargetId.Key.ToString()!);
        await context.Invoke();
    }

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await faults.AtAsync(context.MethodName, context.TargetId.Key.ToString()!);
        }
        catch (Faults.LostMessage)
        {
            return;
        }

        await context.Invoke();
    }
}
