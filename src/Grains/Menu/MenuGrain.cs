using Cafeteria.Stock;
using Cafeteria.Storage;

namespace Cafeteria.Menu;

internal sealed class MenuGrain(
    [PersistentState("menu", StorageNames.Grains)] IPersistentState<MenuState> state,
    IStockBooks books,
    [FromKeyedServices(ClockName.Cafeteria)] TimeProvider clock) : Grain, IMenuGrain
{
    private readonly string _activation = Guid.NewGuid().ToString("N");
    private MenuSnapshot _snapshot = null!;
    private ImmutableArray<PriceChange> _prices = [];

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var tenant = GrainKey.Parse(this.GetPrimaryKeyString()).Tenant;
        var levels = await books.LevelsAsync(tenant, cancellationToken);
        var stock = levels.ToImmutableDictionary(level => level.ItemId, level =>
            new StockReport(level.ItemId, Math.Max(level.OnHand, 0), StockLevels.Name(level.OnHand, level.ReorderLevel)));
        _snapshot = ToSnapshot(state.State, stock, levels: 0);
        _prices = state.State.Prices;
    }

    public Task<MenuSnapshot?> Read(MenuVersion? known) => Task.FromResult(known == _snapshot.Version ? null : _snapshot);

    public Task<MenuChangeResult> Add(MenuItem item, string by) => ChangeAsync(MenuRules.Add(state.State, item, by, clock.GetUtcNow()));

    public Task<MenuChangeResult> Put(MenuItem item, string by) => ChangeAsync(MenuRules.Put(state.State, item, by, clock.GetUtcNow()));

    public Task<MenuChangeResult> Replace(MenuItem item, string version, string by) =>
        ChangeAsync(MenuRules.Replace(state.State, item, version, by, clock.GetUtcNow()));

    public Task<MenuChangeResult> SetPicture(string itemId, string? imageUrl, string by) =>
        ChangeAsync(MenuRules.SetPicture(state.State, itemId, imageUrl, by, clock.GetUtcNow()));

    public Task<ImmutableArray<PriceChange>> Prices(string itemId) =>
        Task.FromResult(_prices.RemoveAll(price => price.ItemId != itemId));

    public Task<MenuChangeResult> Delete(string itemId) => ChangeAsync(MenuRules.Delete(state.State, itemId));

    public Task<MenuChangeResult> SetSoldOut(string itemId, bool soldOut, string by) =>
        ChangeAsync(MenuRules.SetSoldOut(state.State, itemId, soldOut, by, clock.GetUtcNow()));

    public async Task<bool> Seed(MenuSeed seed)
    {
        if (state.RecordExists)
            return false;
        await WriteAsync(MenuRules.Seed(seed, clock.GetUtcNow()));
        return true;
    }

    public Task ReportStock(StockReport report)
    {
        if (_snapshot.Stock.TryGetValue(report.ItemId, out var known) && known == report)
            return Task.CompletedTask;
        _snapshot = _snapshot with
        {
            Stock = _snapshot.Stock.SetItem(report.ItemId, report),
            Version = _snapshot.Version with { Levels = _snapshot.Version.Levels + 1 },
        };
        return Task.CompletedTask;
    }

    private async Task<MenuChangeResult> ChangeAsync((MenuState? Next, MenuChangeResult Result) change)
    {
        if (change.Next is not null)
            await WriteAsync(change.Next);
        return change.Result;
    }

    private async Task WriteAsync(MenuState next)
    {
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            DeactivateOnIdle(); // memory is ahead of the row, or not: the next activation reads it
            throw;
        }

        _snapshot = ToSnapshot(next, _snapshot.Stock, _snapshot.Version.Levels);
        _prices = next.Prices;
    }

    private MenuSnapshot ToSnapshot(MenuState menu, ImmutableDictionary<string, StockReport> stock, long levels) => new(
        new MenuVersion(menu.Edit, levels, _activation),
        menu.Categories,
        [.. menu.Items.Where(item => !menu.Deleted.Contains(item.Id))],
        menu.Stations,
        stock,
        menu.SoldOut);
}
