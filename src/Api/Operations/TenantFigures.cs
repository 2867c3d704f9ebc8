using System.Diagnostics;
using Cafeteria.Http;
using Cafeteria.Kitchen;
using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;
using Cafeteria.Tenants;
using Microsoft.Extensions.Options;

namespace Cafeteria.Operations;

/// <summary>
/// Each cafeteria's books, kitchen and backlog, for <c>/metrics</c>. The figures of the books come from two sides that do
/// not know each other, the rows and the grains' memory, so that their difference says something.
/// </summary>
internal sealed class TenantFigures(
    IStockBooks books,
    IOrderRows rows,
    IMenuBoard board,
    IGrainFactory grains,
    IDatabaseHealth health,
    IOptions<TenantOptions> tenants,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock)
{
    // A label for each dish is fine for a menu, not for whatever somebody may load into one.
    private const int MostItems = 200;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private Task<Figures> _last = Task.FromResult(new Figures());
    private long _readAt;

    public async Task AddToAsync(PrometheusText text)
    {
        if (health is { Serving: true, Reachable: true })
            (await ReadAsync()).AddTo(text);
    }

    /// <summary>However many ask, it is read once in five seconds.</summary>
    private Task<Figures> ReadAsync()
    {
        lock (_gate)
        {
            if (_last.IsCompleted && (_readAt == 0 || Stopwatch.GetElapsedTime(_readAt) > Fresh))
                (_last, _readAt) = (CollectAsync(), Stopwatch.GetTimestamp());
            return _last;
        }
    }

    /// <summary>What cannot be asked within two seconds is left out.</summary>
    private async Task<Figures> CollectAsync()
    {
        await Task.Yield();
        using var limited = new CancellationTokenSource(Within);
        var figures = new Figures();
        await Task.WhenAll([
            TryAsync(async token => figures.Add(await rows.DueAsync(clock.GetUtcNow(), token), clock.GetUtcNow())),
            .. tenants.Value.Known.Keys.SelectMany(tenant => new[]
            {
                TryAsync(token => AddBooksAsync(figures, tenant, token)),
                TryAsync(token => AddKitchenAsync(figures, tenant, token)),
            })]);
        return figures;

        async Task TryAsync(Func<CancellationToken, Task> ask)
        {
            try
            {
                await ask(limited.Token).WaitAsync(limited.Token);
            }
            catch (Exception e) when (ApiExceptionHandler.IsPassing(e) || limited.IsCancellationRequested)
            {
                // The next reading tries again.
            }
        }
    }

    private async Task AddBooksAsync(Figures figures, string tenant, CancellationToken cancellationToken)
    {
        var items = (await board.GetAsync(tenant, cancellationToken)).Items.Select(item => item.Id).Order(StringComparer.Ordinal).Take(MostItems).ToArray();
        var before = await LevelsAsync(tenant, items);
        var written = (await books.LevelsAsync(tenant, cancellationToken)).ToDictionary(level => level.ItemId, StringComparer.Ordinal);
        var after = await LevelsAsync(tenant, items);
        foreach (var (now, was) in after.Zip(before))
            if (written.TryGetValue(now.ItemId, out var row))
                figures.Add(tenant, row, was, now);
    }

    private async Task AddKitchenAsync(Figures figures, string tenant, CancellationToken cancellationToken)
    {
        foreach (var station in (await board.GetAsync(tenant, cancellationToken)).Stations.Take(MostItems))
            figures.Add(tenant, await grains.GetGrain<IKitchenStationGrain>(GrainKey.For(tenant, station.Id)).Get());
    }

    private Task<StockLevel[]> LevelsAsync(string tenant, string[] items) =>
        Task.WhenAll(items.Select(item => grains.GetGrain<IStockItemGrain>(GrainKey.For(tenant, item)).Get()));

    /// <summary>
    /// <c>received − written off − sold</c> by the rows, less <c>on hand + held</c> by the grain: 0 when the books balance.
    /// Held portions may be sold already in the rows or not yet, and both sides move while they are asked, so only what
    /// neither explains is a difference.
    /// </summary>
    internal static int Difference(StockLevel row, StockLevel before, StockLevel after)
    {
        var left = row.Received - row.WrittenOff - row.Sold;
        var most = Math.Max(before.OnHand + before.Held, after.OnHand + after.Held);
        var least = Math.Min(before.OnHand, after.OnHand);
        return left > most ? left - most : left < least ? left - least : 0;
    }

    private sealed class Figures
    {
        private readonly Lock _gate = new();
        private readonly List<((string, string)[] Labels, double Value)> _reorder = [], _portions = [], _differences = [], _tickets = [], _cooks = [];
        private DueBacklog? _due;
        private double _oldest;

        public void Add(DueBacklog due, DateTimeOffset now) =>
            (_due, _oldest) = (due, due.OldestDueAt is { } oldest ? Math.Max(0, (now - oldest).TotalSeconds) : 0);

        public void Add(string tenant, StockLevel row, StockLevel before, StockLevel after)
        {
            (string, string)[] labels = [("tenant", tenant), ("item", row.ItemId)];
            lock (_gate)
            {
                _reorder.Add((labels, row.ReorderLevel));
                _differences.Add((labels, Difference(row, before, after)));
                _portions.Add(([.. labels, ("state", "received")], row.Received));
                _portions.Add(([.. labels, ("state", "on_hand")], after.OnHand));
                _portions.Add(([.. labels, ("state", "held")], after.Held));
                _portions.Add(([.. labels, ("state", "sold")], row.Sold));
                _portions.Add(([.. labels, ("state", "written_off")], row.WrittenOff));
            }
        }

        public void Add(string tenant, StationView station)
        {
            (string, string)[] labels = [("tenant", tenant), ("station", station.Id)];
            lock (_gate)
            {
                _cooks.Add((labels, station.Cooks));
                _tickets.Add(([.. labels, ("status", "queued")], station.Queued));
                _tickets.Add(([.. labels, ("status", "cooking")], station.Cooking));
            }
        }

        public void AddTo(PrometheusText text)
        {
            lock (_gate)
            {
                text.Add("cafeteria_books_difference", "Portions received that are neither on hand, held, sold nor written off; always 0.", _differences);
                text.Add("cafeteria_stock_portions", "Portions by dish and where they are.", _portions);
                text.Add("cafeteria_stock_reorder_level", "From how many portions on hand a dish counts as low.", _reorder);
                text.Add("cafeteria_kitchen_tickets", "Tickets at a station.", _tickets);
                text.Add("cafeteria_kitchen_cooks", "Cooks at a station.", _cooks);
                if (_due is null)
                    return;
                text.Add("cafeteria_orders_due", "Orders whose time has come and that no sweeper has advanced yet.", [([], _due.Count)]);
                text.Add("cafeteria_orders_due_oldest_seconds", "How long the oldest of them has waited.", [([], _oldest)]);
            }
        }
    }
}
