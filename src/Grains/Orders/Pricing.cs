using Cafeteria.Menu;

namespace Cafeteria.Orders;

internal abstract record Priced
{
    public sealed record Lines(ImmutableArray<OrderLine> Items, Money Total) : Priced;

    public sealed record Unknown(ImmutableArray<string> ItemIds) : Priced;

    public sealed record Unavailable(ImmutableArray<Shortage> Items) : Priced;
}

internal static class Pricing
{
    /// <summary>The lines at today's prices. A dish taken off the menu is unknown; one set unavailable, or sold out by the kitchen's word, has none left.</summary>
    public static Priced Price(PlaceOrder command, MenuSnapshot menu)
    {
        // Once for each order, over a menu of some dozens: no dictionary is worth its making here.
        var found = Array.ConvertAll(command.Lines.AsSpan().ToArray(), line => Find(menu, line.ItemId));
        if (found.Contains(null))
            return new Priced.Unknown([.. command.Lines.Where((_, at) => found[at] is null).Select(line => line.ItemId)]);
        if (!Array.TrueForAll(found, item => IsOffered(menu, item!)))
            return new Priced.Unavailable([.. command.Lines.Where((_, at) => !IsOffered(menu, found[at]!)).Select(line => new Shortage(line.ItemId, line.Quantity, 0))]);

        var lines = ImmutableArray.CreateBuilder<OrderLine>(found.Length);
        long total = 0;
        for (var at = 0; at < found.Length; at++)
        {
            lines.Add(ToOrderLine(command.Lines[at], found[at]!));
            total += lines[at].LineTotal.Amount;
        }

        return new Priced.Lines(lines.MoveToImmutable(), new Money(total, found[0]!.Price.Currency));
    }

    private static bool IsOffered(MenuSnapshot menu, MenuItem item) => item.Available && menu.SoldOutMarkOf(item.Id) is null;

    private static MenuItem? Find(MenuSnapshot menu, string itemId)
    {
        foreach (var item in menu.Items)
            if (item.Id == itemId)
                return item;
        return null;
    }

    private static OrderLine ToOrderLine(RequestedLine line, MenuItem item) =>
        new(item.Id, item.Name, line.Quantity, item.Price, line.Note, item.StationId, item.PrepSeconds);
}
