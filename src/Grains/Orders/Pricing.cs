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
        var items = menu.Items.Where(item => command.Lines.Any(line => line.ItemId == item.Id)).ToDictionary(item => item.Id);

        var unknown = command.Lines.Where(line => !items.ContainsKey(line.ItemId)).Select(line => line.ItemId).ToImmutableArray();
        if (!unknown.IsEmpty)
            return new Priced.Unknown(unknown);

        var unavailable = command.Lines.Where(line => !items[line.ItemId].Available || menu.SoldOutMarkOf(line.ItemId) is not null)
            .Select(line => new Shortage(line.ItemId, line.Quantity, 0)).ToImmutableArray();
        if (!unavailable.IsEmpty)
            return new Priced.Unavailable(unavailable);

        var lines = command.Lines.Select(line => ToOrderLine(line, items[line.ItemId])).ToImmutableArray();
        var total = new Money(lines.Sum(line => line.LineTotal.Amount), lines[0].UnitPrice.Currency);
        return new Priced.Lines(lines, total);
    }

    private static OrderLine ToOrderLine(RequestedLine line, MenuItem item) =>
        new(item.Id, item.Name, line.Quantity, item.Price, line.Note, item.StationId, item.PrepSeconds);
}
