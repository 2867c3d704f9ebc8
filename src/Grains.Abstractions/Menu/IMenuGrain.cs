using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Cafeteria.Menu;

/// <summary>
/// A tenant's menu: categories, items, prices and their history, stations. Key <c>{tenant}/menu</c>. It also gathers the
/// stock levels that items report, so that a process asks one grain for everything a menu page shows.
/// </summary>
[Alias("cafeteria.IMenuGrain")]
public interface IMenuGrain : IGrainWithStringKey
{
    /// <summary>The menu with its stock levels, or null when <paramref name="known"/> is still the newest.</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<MenuSnapshot?> Read(MenuVersion? known);

    [Alias("Add")]
    Task<MenuChangeResult> Add(MenuItem item, string by);

    /// <summary>Replaces the item of the same id; a deleted one comes back.</summary>
    [Alias("Put")]
    Task<MenuChangeResult> Put(MenuItem item, string by);

    /// <summary>As <see cref="Put"/>, but only while the item is the one of this <see cref="MenuItem.Version"/>.</summary>
    [Alias("Replace")]
    Task<MenuChangeResult> Replace(MenuItem item, string version, string by);

    /// <summary>The address of the dish's picture, or null for none; the rest of the dish stays as it is.</summary>
    [Alias("SetPicture")]
    Task<MenuChangeResult> SetPicture(string itemId, string? imageUrl, string by);

    /// <summary>What the dish has cost, oldest first: the last fifty changes. Of a dish that was taken off the menu too.</summary>
    [Alias("Prices"), AlwaysInterleave]
    Task<ImmutableArray<PriceChange>> Prices(string itemId);

    /// <summary>Off the menu from now on; orders that have it keep it.</summary>
    [Alias("Delete")]
    Task<MenuChangeResult> Delete(string itemId);

    /// <summary>The kitchen has none of it any more, or has it again; the stock's books stay as they are. Idempotent.</summary>
    [Alias("SetSoldOut")]
    Task<MenuChangeResult> SetSoldOut(string itemId, bool soldOut, string by);

    /// <summary>The first menu of a new tenant; does nothing when there is one.</summary>
    [Alias("Seed")]
    Task<bool> Seed(MenuSeed seed);

    /// <summary>An item's news, at most every 50 ms: what the menu page shows of it.</summary>
    [Alias("ReportStock"), OneWay, AlwaysInterleave]
    Task ReportStock(StockReport report);
}
