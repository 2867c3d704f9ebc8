using Cafeteria.Menu;
using Cafeteria.Orders;

namespace Cafeteria.Tests.Orders;

public sealed class PricingTests
{
    private static readonly MenuSnapshot Menu = new(
        new MenuVersion(1, 0, "x"), [], [Dish("soup", 15_000), Dish("ramen", 32_050), Dish("special", 90_000) with { Available = false }], [],
        ImmutableDictionary<string, StockReport>.Empty, []);

    [Fact]
    public void Lines_carry_the_price_of_now_and_the_total_is_their_sum()
    {
        var priced = Assert.IsType<Priced.Lines>(Pricing.Price(Order(("ramen", 2), ("soup", 1)), Menu));

        Assert.Equal(new Money(79_100, "BDT"), priced.Total);
        Assert.Equal(["ramen", "soup"], priced.Items.Select(line => line.ItemId));
        Assert.Equal(new Money(64_100, "BDT"), priced.Items[0].LineTotal);
        Assert.Equal(("Dish ramen", "main", 5), (priced.Items[0].Name, priced.Items[0].StationId, priced.Items[0].PrepSeconds));
    }

    [Fact]
    public void Dishes_that_are_not_on_the_menu_are_all_named() =>
        Assert.Equal(["pho", "laksa"], Assert.IsType<Priced.Unknown>(Pricing.Price(Order(("pho", 1), ("soup", 1), ("laksa", 1)), Menu)).ItemIds.AsEnumerable());

    [Fact]
    public void A_dish_set_unavailable_has_none_left() =>
        Assert.Equal([new Shortage("special", 2, 0)],
            Assert.IsType<Priced.Unavailable>(Pricing.Price(Order(("soup", 1), ("special", 2)), Menu)).Items.AsEnumerable());

    [Fact]
    public void A_dish_that_the_kitchen_says_is_sold_out_has_none_left() =>
        Assert.Equal([new Shortage("soup", 1, 0)], Assert.IsType<Priced.Unavailable>(
            Pricing.Price(Order(("soup", 1)), Menu with { SoldOut = [new SoldOutMark("soup", DateTimeOffset.UnixEpoch, "kitchen1")] })).Items.AsEnumerable());

    [Fact]
    public void A_total_that_no_number_can_hold_is_refused_and_never_wraps_around()
    {
        var menu = Menu with { Items = [Dish("gold", long.MaxValue / 2)] };

        Assert.Throws<OverflowException>(() => Pricing.Price(Order(("gold", 3)), menu));
    }

    private static MenuItem Dish(string id, long price) => new(id, $"Dish {id}", "", "mains", new Money(price, "BDT"), true, 5, null, "main");

    private static PlaceOrder Order(params (string Item, int Quantity)[] lines) => new(
        "s", "S", [.. lines.Select(line => new RequestedLine(line.Item, line.Quantity, null))], Fulfilment.Pickup, PaymentMethod.Cash);
}
