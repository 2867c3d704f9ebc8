using System.Collections.Concurrent;
using System.Text.Json;
using Cafeteria.Http;
using Microsoft.Extensions.Options;

namespace Cafeteria.Menu;

/// <summary>
/// The whole menu of a tenant as bytes, made once for each snapshot: in a rush everybody's phone asks for the same page.
/// </summary>
internal sealed class MenuPages(IOptions<JsonOptions> json)
{
    private readonly ConcurrentDictionary<string, MadePage> _pages = new(StringComparer.Ordinal);

    public (byte[] Body, string ETag) Whole(string tenant, MenuSnapshot menu)
    {
        if (!_pages.TryGetValue(tenant, out var made) || !ReferenceEquals(made.Of, menu))
        {
            made = new MadePage(menu, JsonSerializer.SerializeToUtf8Bytes(Make(menu, null, null), json.Value.SerializerOptions), ETagOf(menu.Version));
            _pages[tenant] = made;
        }

        return (made.Body, made.ETag);
    }

    public static MenuResponse Make(MenuSnapshot menu, string? category, string? search)
    {
        var items = menu.Items.Where(item => (category is null || item.CategoryId.Equals(category, StringComparison.OrdinalIgnoreCase))
            && (search is null || Matches(item.Name) || Matches(item.Description)));
        return new MenuResponse(
            menu.Version.Edit,
            [.. menu.Categories.OrderBy(c => c.Order).Select(c => new CategoryResponse(c.Id, c.Name, c.Order))],
            [.. items.Select(item => MenuItemResponse.From(item, menu))]);

        bool Matches(string text) => text.Contains(search!, StringComparison.OrdinalIgnoreCase);
    }

    public static string ETagOf(MenuVersion version) => $"\"{version.Edit:x}-{version.Levels:x}-{Math.Abs((long)StableHash(version.Activation)):x}\"";

    /// <summary>Whether the client has this already (a weak comparison, as RFC 9110 wants of If-None-Match).</summary>
    public static bool IsKnown(HttpRequest request, string etag)
    {
        foreach (var header in request.Headers.IfNoneMatch)
            if (header is not null)
                foreach (var part in header.AsSpan().Split(','))
                {
                    var candidate = header.AsSpan(part).Trim();
                    if (candidate.StartsWith("W/"))
                        candidate = candidate[2..];
                    if (candidate is "*" || candidate.SequenceEqual(etag))
                        return true;
                }

        return false;
    }

    private static int StableHash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
            hash = (hash ^ c) * 16777619u;
        return (int)hash;
    }

    private sealed record MadePage(MenuSnapshot Of, byte[] Body, string ETag);
}
