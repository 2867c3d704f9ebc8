using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Cafeteria.Menu;

/// <summary>A dish as managers edit it. Times in whole seconds.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.menu-item")]
public sealed record MenuItem(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Description,
    [property: Id(3)] string CategoryId,
    [property: Id(4)] Money Price,
    [property: Id(5)] bool Available,
    [property: Id(6)] int PrepSeconds,
    [property: Id(7)] string? ImageUrl,
    [property: Id(8)] string StationId)
{
    /// <summary>Which dish this is, down to the last letter: two that differ in anything have different ones. Twelve hexadecimal digits.</summary>
    public string Version() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Join('\0', Id, Name, Description, CategoryId, Price.Amount.ToString(CultureInfo.InvariantCulture), Price.Currency,
            Available ? "1" : "0", PrepSeconds.ToString(CultureInfo.InvariantCulture), ImageUrl, StationId))).AsSpan(0, 6));
}

[GenerateSerializer, Immutable, Alias("cafeteria.menu-category")]
public sealed record MenuCategory(
    [property: Id(0)] string Id,
    [property: Id(1)] string Name,
    [property: Id(2)] int Order);

[GenerateSerializer, Immutable, Alias("cafeteria.menu-station")]
public sealed record MenuStation([property: Id(0)] string Id, [property: Id(1)] string Name);

[GenerateSerializer, Immutable, Alias("cafeteria.price-change")]
public sealed record PriceChange(
    [property: Id(0)] string ItemId,
    [property: Id(1)] Money Price,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string By);

/// <summary>The kitchen has said that a dish is sold out, whatever the stock says: until somebody there takes it back.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.sold-out-mark")]
public sealed record SoldOutMark(
    [property: Id(0)] string ItemId,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string By);

/// <summary>Which menu a snapshot is: <c>Edit</c> counts edits for ever, <c>Levels</c> counts stock news of one activation.</summary>
[GenerateSerializer, Immutable, Alias("cafeteria.menu-version")]
public sealed record MenuVersion(
    [property: Id(0)] long Edit,
    [property: Id(1)] long Levels,
    [property: Id(2)] string Activation);

/// <param name="Stock">What the items report; <see cref="StockOf"/> is what may be ordered of them.</param>
[GenerateSerializer, Immutable, Alias("cafeteria.menu-snapshot")]
public sealed record MenuSnapshot(
    [property: Id(0)] MenuVersion Version,
    [property: Id(1)] ImmutableArray<MenuCategory> Categories,
    [property: Id(2)] ImmutableArray<MenuItem> Items,
    [property: Id(3)] ImmutableArray<MenuStation> Stations,
    [property: Id(4)] ImmutableDictionary<string, StockReport> Stock,
    [property: Id(5)] ImmutableArray<SoldOutMark> SoldOut)
{
    public SoldOutMark? SoldOutMarkOf(string itemId)
    {
        foreach (var mark in SoldOut)
            if (mark.ItemId == itemId)
                return mark;
        return null;
    }

    /// <summary>What can be had of a dish: nothing while the kitchen says that it is sold out; null while nobody knows.</summary>
    public StockReport? StockOf(string itemId) => SoldOutMarkOf(itemId) is not null
        ? new StockReport(itemId, 0, StockLevelName.SoldOut)
        : Stock.GetValueOrDefault(itemId);
}

[GenerateSerializer, Immutable, Alias("cafeteria.stock-report")]
public sealed record StockReport(
    [property: Id(0)] string ItemId,
    [property: Id(1)] int OnHand,
    [property: Id(2)] StockLevelName Level);

[GenerateSerializer, Alias("cafeteria.stock-level-name"), JsonConverter(typeof(SnakeCaseEnumConverter<StockLevelName>))]
public enum StockLevelName
{
    SoldOut,
    Low,
    Plenty,
}

[GenerateSerializer, Immutable, Alias("cafeteria.menu-seed")]
public sealed record MenuSeed(
    [property: Id(0)] ImmutableArray<MenuCategory> Categories,
    [property: Id(1)] ImmutableArray<MenuItem> Items,
    [property: Id(2)] ImmutableArray<MenuStation> Stations);

[GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result")]
public abstract record MenuChangeResult
{
    private MenuChangeResult()
    {
    }

    /// <param name="Before">What stood there; null when there was no such dish, or it had been taken off the menu.</param>
    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.changed")]
    public sealed record Changed([property: Id(0)] MenuItem Item, [property: Id(1)] MenuItem? Before) : MenuChangeResult;

    /// <summary>It was so already; nothing was changed.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.unchanged")]
    public sealed record Unchanged([property: Id(0)] MenuItem Item) : MenuChangeResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.item-exists")]
    public sealed record ItemExists : MenuChangeResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.not-found")]
    public sealed record NotFound : MenuChangeResult;

    /// <summary>It is another by now than the one that was to be replaced.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.changed-meanwhile")]
    public sealed record ChangedMeanwhile : MenuChangeResult;

    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.unknown-category")]
    public sealed record UnknownCategory : MenuChangeResult;

    /// <summary>Another currency than the tenant's.</summary>
    [GenerateSerializer, Immutable, Alias("cafeteria.menu-change-result.wrong-currency")]
    public sealed record WrongCurrency([property: Id(0)] string Expected) : MenuChangeResult;
}
