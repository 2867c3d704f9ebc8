using Cafeteria.Menu;

namespace Cafeteria.Tests.Menu;

public sealed class MenuRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly MenuItem Soup = new("soup", "Soup", "", "sides", new Money(15_000, "BDT"), true, 4, null, "main");

    [Fact]
    public void A_new_dish_is_on_the_menu_with_its_first_price()
    {
        var (next, result) = MenuRules.Add(Seeded(), Soup with { Id = "ramen" }, "manager1", Now);

        Assert.Equal("ramen", Assert.IsType<MenuChangeResult.Changed>(result).Item.Id);
        Assert.Equal(2, next!.Edit);
        Assert.Equal(new PriceChange("ramen", Soup.Price, Now, "manager1"), next.Prices[^1]);
    }

    [Fact]
    public void Two_dishes_never_share_an_id() =>
        Assert.IsType<MenuChangeResult.ItemExists>(MenuRules.Add(Seeded(), Soup, "manager1", Now).Result);

    [Fact]
    public void A_dish_of_a_category_that_is_not_there_is_refused()
    {
        var (next, result) = MenuRules.Add(Seeded(), Soup with { Id = "cola", CategoryId = "drinks" }, "manager1", Now);

        Assert.IsType<MenuChangeResult.UnknownCategory>(result);
        Assert.Null(next);
    }

    [Fact]
    public void A_price_in_another_currency_is_refused() =>
        Assert.Equal("BDT", Assert.IsType<MenuChangeResult.WrongCurrency>(
            MenuRules.Put(Seeded(), Soup with { Price = new Money(100, "INR") }, "manager1", Now).Result).Expected);

    [Fact]
    public void A_new_price_is_remembered_with_who_set_it_and_the_same_price_is_not()
    {
        var (dearer, _) = MenuRules.Put(Seeded(), Soup with { Price = new Money(18_000, "BDT") }, "manager1", Now);
        var (renamed, _) = MenuRules.Put(dearer!, dearer!.Items[0] with { Name = "Soup of the day" }, "manager1", Now);

        Assert.Equal([15_000, 18_000], renamed!.Prices.Select(price => price.Price.Amount));
        Assert.Equal("Soup of the day", Assert.Single(renamed.Items).Name);
    }

    [Fact]
    public void A_dish_is_replaced_only_while_it_is_the_one_that_was_seen_and_as_it_was_it_is_that_one_again()
    {
        var seen = Soup.Version();
        var dearer = MenuRules.Replace(Seeded(), Soup with { Price = new Money(18_000, "BDT") }, seen, "manager1", Now).Next!;

        var (next, result) = MenuRules.Replace(dearer, Soup with { Name = "Soup of the day" }, seen, "manager2", Now);

        Assert.Null(next);
        Assert.IsType<MenuChangeResult.ChangedMeanwhile>(result);
        Assert.Equal(seen, MenuRules.Replace(dearer, Soup, dearer.Items[0].Version(), "manager1", Now).Next!.Items[0].Version());
    }

    [Fact]
    public void Dishes_that_differ_in_anything_are_of_different_versions()
    {
        MenuItem[] dishes =
        [
            Soup, Soup with { Name = "Soups" }, Soup with { Name = "Soupa", Description = "b" }, Soup with { Description = "ab" }, Soup with { CategoryId = "mains" },
            Soup with { Price = new Money(15_001, "BDT") }, Soup with { Price = new Money(15_000, "INR") }, Soup with { Available = false }, Soup with { PrepSeconds = 5 },
            Soup with { ImageUrl = "/a" }, Soup with { StationId = "grill" },
        ];

        Assert.Equal(dishes.Length, dishes.Select(dish => dish.Version()).Distinct().Count());
    }

    [Fact]
    public void The_history_of_a_price_does_not_grow_without_end()
    {
        var menu = Seeded();
        for (var price = 1; price <= 80; price++)
            menu = MenuRules.Put(menu, Soup with { Price = new Money(price, "BDT") }, "manager1", Now).Next!;

        Assert.Equal(50, menu.Prices.Length);
        Assert.Equal(80, menu.Prices[^1].Price.Amount);
    }

    [Fact]
    public void A_dish_is_sold_out_by_who_said_so_first_until_it_is_taken_back()
    {
        var gone = MenuRules.SetSoldOut(Seeded(), "soup", true, "kitchen1", Now).Next!;

        Assert.Equal(new SoldOutMark("soup", Now, "kitchen1"), Assert.Single(gone.SoldOut));
        Assert.Equal(2, gone.Edit);
        var (again, result) = MenuRules.SetSoldOut(gone, "soup", true, "kitchen2", Now.AddMinutes(1));
        Assert.Null(again);
        Assert.IsType<MenuChangeResult.Unchanged>(result);
        Assert.Empty(MenuRules.SetSoldOut(gone, "soup", false, "kitchen2", Now.AddMinutes(2)).Next!.SoldOut);
    }

    [Fact]
    public void A_dish_that_is_not_on_the_menu_cannot_be_sold_out_and_a_deleted_one_is_not_any_more()
    {
        Assert.IsType<MenuChangeResult.NotFound>(MenuRules.SetSoldOut(Seeded(), "pho", true, "kitchen1", Now).Result);
        var deleted = MenuRules.Delete(MenuRules.SetSoldOut(Seeded(), "soup", true, "kitchen1", Now).Next!, "soup").Next!;
        Assert.Empty(deleted.SoldOut);
        Assert.IsType<MenuChangeResult.NotFound>(MenuRules.SetSoldOut(deleted, "soup", true, "kitchen1", Now).Result);
    }

    [Fact]
    public void A_deleted_dish_is_kept_and_comes_back_when_it_is_put_or_added_again()
    {
        var (deleted, _) = MenuRules.Delete(Seeded(), "soup");
        Assert.Equal(["soup"], deleted!.Deleted.AsEnumerable());

        Assert.Empty(MenuRules.Put(deleted, Soup, "manager1", Now).Next!.Deleted);
        var (added, _) = MenuRules.Add(deleted, Soup, "manager1", Now);
        Assert.Empty(added!.Deleted);
        Assert.Single(added.Items);
    }

    [Fact]
    public void What_is_not_on_the_menu_can_be_neither_put_nor_deleted()
    {
        Assert.IsType<MenuChangeResult.NotFound>(MenuRules.Put(Seeded(), Soup with { Id = "ramen" }, "manager1", Now).Result);
        Assert.IsType<MenuChangeResult.NotFound>(MenuRules.Delete(Seeded(), "ramen").Result);
        Assert.IsType<MenuChangeResult.NotFound>(MenuRules.Delete(MenuRules.Delete(Seeded(), "soup").Next!, "soup").Result);
    }

    [Fact]
    public void A_station_that_a_dish_names_first_is_there_from_then_on() =>
        Assert.Equal(["main", "grill"], MenuRules.Put(Seeded(), Soup with { StationId = "grill" }, "manager1", Now).Next!.Stations.Select(station => station.Id));

    private static MenuState Seeded() =>
        MenuRules.Seed(new MenuSeed([new MenuCategory("sides", "Sides", 1)], [Soup], [new MenuStation("main", "Main kitchen")]), Now);
}
