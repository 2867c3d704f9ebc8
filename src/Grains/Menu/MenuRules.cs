namespace Cafeteria.Menu;

/// <summary>A tenant's menu as it is stored. Deleted items stay, so that orders and prices of the past can be explained.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.menu-state")]
public sealed record MenuState
{
    [Id(0)] public long Edit { get; init; }
    [Id(1)] public ImmutableArray<MenuCategory> Categories { get; init; } = [];
    [Id(2)] public ImmutableArray<MenuItem> Items { get; init; } = [];
    [Id(3)] public ImmutableArray<MenuStation> Stations { get; init; } = [];
    [Id(4)] public ImmutableArray<string> Deleted { get; init; } = [];
    [Id(5)] public ImmutableArray<PriceChange> Prices { get; init; } = [];

    /// <summary>Of a menu stored before there were any, the deserializer sets the default, whatever the initializer says.</summary>
    [Id(6)] public ImmutableArray<SoldOutMark> SoldOut { get; init => field = value.IsDefault ? [] : value; } = [];
}

/// <summary>What may become of a menu; each answers the next state, or why not.</summary>
internal static class MenuRules
{
    /// <summary>Price changes remembered for each item; older ones stand in the orders they were charged in.</summary>
    private const int PricesPerItem = 50;

    public static (MenuState? Next, MenuChangeResult Result) Add(MenuState menu, MenuItem item, string by, DateTimeOffset now) =>
        menu.Items.Any(known => known.Id == item.Id) && !menu.Deleted.Contains(item.Id)
            ? (null, new MenuChangeResult.ItemExists())
            : Save(menu, item, by, now);

    public static (MenuState? Next, MenuChangeResult Result) Put(MenuState menu, MenuItem item, string by, DateTimeOffset now) =>
        menu.Items.Any(known => known.Id == item.Id)
            ? Save(menu, item, by, now)
            : (null, new MenuChangeResult.NotFound());

    public static (MenuState? Next, MenuChangeResult Result) Replace(MenuState menu, MenuItem item, string version, string by, DateTimeOffset now) =>
        menu.Items.FirstOrDefault(known => known.Id == item.Id) is { } known && known.Version() != version
            ? (null, new MenuChangeResult.ChangedMeanwhile())
            : Put(menu, item, by, now);

    public static (MenuState? Next, MenuChangeResult Result) Delete(MenuState menu, string itemId)
    {
        var item = menu.Items.FirstOrDefault(item => item.Id == itemId);
        if (item is null || menu.Deleted.Contains(itemId))
            return (null, new MenuChangeResult.NotFound());
        return (menu with
        {
            Edit = menu.Edit + 1,
            Deleted = menu.Deleted.Add(itemId),
            SoldOut = menu.SoldOut.RemoveAll(mark => mark.ItemId == itemId),
        }, new MenuChangeResult.Changed(item, item));
    }

    /// <summary>Who said it first, and when, stays until it is taken back.</summary>
    public static (MenuState? Next, MenuChangeResult Result) SetSoldOut(MenuState menu, string itemId, bool soldOut, string by, DateTimeOffset now)
    {
        var item = menu.Items.FirstOrDefault(item => item.Id == itemId);
        if (item is null || menu.Deleted.Contains(itemId))
            return (null, new MenuChangeResult.NotFound());
        if (menu.SoldOut.Any(mark => mark.ItemId == itemId) == soldOut)
            return (null, new MenuChangeResult.Unchanged(item));
        var marks = soldOut
            ? menu.SoldOut.Add(new SoldOutMark(itemId, now, by))
            : menu.SoldOut.RemoveAll(mark => mark.ItemId == itemId);
        return (menu with { Edit = menu.Edit + 1, SoldOut = marks }, new MenuChangeResult.Changed(item, item));
    }

    public static (MenuState? Next, MenuChangeResult Result) SetPicture(MenuState menu, string itemId, string? imageUrl, string by, DateTimeOffset now) =>
        menu.Items.FirstOrDefault(item => item.Id == itemId) is { } item && !menu.Deleted.Contains(itemId)
            ? Save(menu, item with { ImageUrl = imageUrl }, by, now)
            : (null, new MenuChangeResult.NotFound());

    public static MenuState Seed(MenuSeed seed, DateTimeOffset now) => new()
    {
        Edit = 1,
        Categories = seed.Categories,
        Items = seed.Items,
        Stations = seed.Stations,
        Prices = [.. seed.Items.Select(item => new PriceChange(item.Id, item.Price, now, "system"))],
    };

    private static (MenuState? Next, MenuChangeResult Result) Save(MenuState menu, MenuItem item, string by, DateTimeOffset now)
    {
        if (menu.Categories.All(category => category.Id != item.CategoryId))
            return (null, new MenuChangeResult.UnknownCategory());
        if (menu.Items.FirstOrDefault() is { Price.Currency: var currency } && currency != item.Price.Currency)
            return (null, new MenuChangeResult.WrongCurrency(currency));

        var before = menu.Items.FirstOrDefault(known => known.Id == item.Id);
        var prices = before?.Price == item.Price ? menu.Prices : Trim(menu.Prices.Add(new PriceChange(item.Id, item.Price, now, by)), item.Id);
        var stations = menu.Stations.Any(station => station.Id == item.StationId)
            ? menu.Stations
            : menu.Stations.Add(new MenuStation(item.StationId, item.StationId));
        return (menu with
        {
            Edit = menu.Edit + 1,
            Items = before is null ? menu.Items.Add(item) : menu.Items.Replace(before, item),
            Stations = stations,
            Deleted = menu.Deleted.Remove(item.Id),
            Prices = prices,
        }, new MenuChangeResult.Changed(item, menu.Deleted.Contains(item.Id) ? null : before));
    }

    private static ImmutableArray<PriceChange> Trim(ImmutableArray<PriceChange> prices, string itemId)
    {
        var surplus = prices.Count(price => price.ItemId == itemId) - PricesPerItem;
        return surplus <= 0 ? prices : prices.Remove(prices.First(price => price.ItemId == itemId));
    }
}
