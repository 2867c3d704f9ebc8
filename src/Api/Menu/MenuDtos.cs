using System.ComponentModel.DataAnnotations;

namespace Cafeteria.Menu;

/// <param name="Version">Counts edits of the menu; news of stock changes the ETag alone.</param>
internal sealed record MenuResponse(long Version, IReadOnlyList<CategoryResponse> Categories, IReadOnlyList<MenuItemResponse> Items);

internal sealed record CategoryResponse(string Id, string Name, int Order);

/// <param name="Version">Another one after each edit: what <c>If-Match</c> asks for. Stock has no part in it.</param>
internal sealed record MenuItemResponse(
    string Id,
    string Name,
    string Description,
    string CategoryId,
    Money Price,
    bool Available,
    StockHint Stock,
    int PrepSeconds,
    string? ImageUrl,
    string Station,
    string Version)
{
    public static MenuItemResponse From(MenuItem item, MenuSnapshot menu)
    {
        var stock = menu.StockOf(item.Id) is { } report ? new StockHint(report.OnHand, report.Level) : new StockHint(0, StockLevelName.SoldOut);
        return new(item.Id, item.Name, item.Description, item.CategoryId, item.Price, item.Available, stock, item.PrepSeconds, item.ImageUrl, item.StationId, item.Version());
    }
}

/// <summary>What is left, at most a moment old: the order decides.</summary>
internal sealed record StockHint(int OnHand, StockLevelName Level);

/// <param name="By">The login of who set it; <c>system</c> for the first data.</param>
internal sealed record PriceResponse(Money Price, DateTimeOffset At, string By);

/// <summary>A dish as managers edit it; whatever is left out of a replacement takes its default.</summary>
internal sealed record MenuItemRequest(
    [property: StringLength(60, MinimumLength = 1), RegularExpression("^[a-z0-9][a-z0-9-]*$")] string? Id,
    [property: Required, StringLength(100, MinimumLength = 1)] string? Name,
    [property: StringLength(1000)] string? Description,
    [property: Required, StringLength(60, MinimumLength = 1)] string? CategoryId,
    [property: Required] MoneyRequest? Price,
    bool? Available,
    [property: Range(1, 7200)] int? PrepSeconds,
    [property: StringLength(500)] string? ImageUrl,
    [property: StringLength(60, MinimumLength = 1)] string? Station);

internal sealed record MoneyRequest(
    [property: Required, Range(0, 100_000_000)] long? Amount,
    [property: Required, StringLength(3, MinimumLength = 3)] string? Currency);
