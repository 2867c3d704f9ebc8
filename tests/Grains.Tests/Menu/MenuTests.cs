using Cafeteria.Menu;
using Cafeteria.Orders;
using Cafeteria.Stock;
using Cafeteria.Storage;

namespace Cafeteria.Tests.Menu;

public sealed class MenuTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Of_twenty_edits_at_once_none_is_lost()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));

        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => cafe.Menu.Add(Cafe.Dish($"dish{n}"), "manager1")));
        await cafe.DeactivateAsync(cafe.Menu);

        var menu = (await cafe.Menu.Read(null))!;
        Assert.Equal(21, menu.Items.Length);
        Assert.Equal(21, menu.Version.Edit);
    }

    [Fact]
    public async Task Who_has_the_newest_menu_is_sent_nothing()
    {
        var cafe = await fixture.OpenAsync();
        var known = (await cafe.Menu.Read(null))!.Version;

        Assert.Null(await cafe.Menu.Read(known));
        await cafe.Menu.Add(Cafe.Dish("soup"), "manager1");
        Assert.NotNull(await cafe.Menu.Read(known));
    }

    /// <summary>It was shown as sold out, so nobody asked for it, and only who asks wakes the item.</summary>
    [Fact]
    public async Task A_dish_whose_item_forgot_its_holds_is_on_the_menu_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 2));
        await cafe.Item("soup").Hold(new HoldStock("o1", "a", 2, null));
        await MenuShowsAsync(cafe, 0);
        cafe.Faults.Once("fold", cafe.Key("soup"), Faults.Unavailable);

        await cafe.Item("soup").LedgerChanged();

        await MenuShowsAsync(cafe, 2);
    }

    [Fact]
    public async Task A_dish_that_came_back_by_a_cancellation_is_on_the_menu_although_adding_up_failed()
    {
        var cafe = await fixture.OpenAsync(("soup", 2));
        await cafe.WithoutKitchenAsync();
        await cafe.AcceptedAsync("o1", ("soup", 2));
        await cafe.BooksAreAsync("soup", sold: 2);
        await MenuShowsAsync(cafe, 0);
        cafe.Faults.Once("fold", cafe.Key("soup"), Faults.Unavailable);

        Assert.IsType<StepResult.Done>(await cafe.Order("o1").Cancel(new CancelOrder(Cafe.Cook, null)));

        await MenuShowsAsync(cafe, 2);
    }

    [Fact]
    public async Task After_a_new_activation_everybody_asks_once_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 7));
        var known = (await cafe.Menu.Read(null))!.Version;

        await cafe.DeactivateAsync(cafe.Menu);

        var menu = await cafe.Menu.Read(known);
        Assert.Equal("soup", Assert.Single(menu!.Items).Id);
        Assert.Equal(7, menu.Stock["soup"].OnHand);
    }

    [Theory]
    [InlineData("write", 10_000)]
    [InlineData("written", 99_000)]
    public async Task After_an_edit_of_unknown_outcome_the_menu_is_what_the_row_says(string place, long price)
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        cafe.Faults.Once(place, cafe.Key("menu"), Faults.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => cafe.Menu.Put(Cafe.Dish("soup", 99_000), "manager1"));

        var menu = await Waiting.UntilAsync(
            () => cafe.Menu.Read(null), menu => menu!.Items[0].Price.Amount == price, $"soup to cost {price}");
        Assert.Single(menu!.Items);
    }

    [Fact]
    public async Task Nobody_sees_an_edit_that_is_not_written_yet_and_nobody_waits_for_it()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        var gate = cafe.Faults.Hold("write", cafe.Key("menu"));
        var editing = cafe.Menu.Put(Cafe.Dish("soup", 99_000), "manager1");
        await gate.WhenReached();

        Assert.Equal(10_000, (await cafe.Menu.Read(null).WithinAsync("a read beside the write"))!.Items[0].Price.Amount);
        await cafe.Menu.ReportStock(new StockReport("soup", 42, StockLevelName.Plenty));
        gate.Open();
        await editing;

        var menu = await Waiting.UntilAsync(() => cafe.Menu.Read(null), menu => menu!.Items[0].Price.Amount == 99_000, "the new price");
        Assert.NotNull(menu!.Stock["soup"]);
    }

    [Fact]
    public async Task A_menu_is_seeded_once()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));

        Assert.False(await cafe.Menu.Seed(new MenuSeed([], [], [])));
        await cafe.DeactivateAsync(cafe.Menu);
        Assert.False(await cafe.Menu.Seed(new MenuSeed([], [], [])));
        Assert.Single((await cafe.Menu.Read(null))!.Items);
    }

    [Fact]
    public async Task A_deleted_dish_is_off_the_menu_and_deleting_it_again_says_so()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));

        Assert.IsType<MenuChangeResult.Changed>(await cafe.Menu.Delete("soup"));
        Assert.IsType<MenuChangeResult.NotFound>(await cafe.Menu.Delete("soup"));

        Assert.Empty((await cafe.Menu.Read(null))!.Items);
        Assert.IsType<MenuChangeResult.Changed>(await cafe.Menu.Put(Cafe.Dish("soup"), "manager1"));
    }

    [Fact]
    public async Task The_same_stock_report_twice_is_news_once()
    {
        var cafe = await fixture.OpenAsync();
        await cafe.Menu.ReportStock(new StockReport("tea", 3, StockLevelName.Low));
        var first = await Waiting.UntilAsync(() => cafe.Menu.Read(null), menu => menu!.Stock.ContainsKey("tea"), "the report");

        for (var time = 0; time < 5; time++)
            await cafe.Menu.ReportStock(new StockReport("tea", 3, StockLevelName.Low));
        await cafe.Menu.ReportStock(new StockReport("milk", 1, StockLevelName.Low));
        var second = await Waiting.UntilAsync(() => cafe.Menu.Read(null), menu => menu!.Stock.ContainsKey("milk"), "the report of another dish");

        Assert.Equal(first!.Version.Levels + 1, second!.Version.Levels);
    }

    [Fact]
    public async Task The_board_of_a_process_shows_an_edit_to_who_asked_for_it_to_be_read_again()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant);

        await cafe.Menu.Put(Cafe.Dish("soup", 12_300), "manager1");
        await cafe.Silo.MenuBoard.RefreshAsync(cafe.Tenant);

        Assert.Equal(12_300, (await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant)).Items[0].Price.Amount);
    }

    [Fact]
    public async Task The_board_answers_with_the_copy_at_hand_while_the_menu_is_out_of_reach()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cafe.Faults.Always("Read", cafe.Key("menu"), () =>
        {
            asked.TrySetResult();
            return Faults.Unreachable();
        });

        await Waiting.UntilAsync(
            async () => (await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant)).Items.Length == 1 && asked.Task.IsCompleted, "an answer after a question that failed");
        Assert.Single((await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant)).Items);
        cafe.Faults.Clear("Read", cafe.Key("menu"));
    }

    [Fact]
    public async Task The_board_answers_with_the_copy_at_hand_while_the_menu_hangs_and_with_the_news_when_it_goes_on()
    {
        var cafe = await fixture.OpenAsync(("soup", 1));
        await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant);
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cafe.Faults.Always("Read", cafe.Key("menu"), () => hanging.Task);
        await cafe.Menu.Add(Cafe.Dish("tea"), "manager1");

        await Waiting.UntilAsync(
            async () => await cafe.Silo.MenuBoard.GetRecentAsync(cafe.Tenant).AsTask().WithinAsync("an answer of the copy") is null,
            "a copy too old to refuse by");
        Assert.Single((await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant)).Items);

        cafe.Faults.Clear("Read", cafe.Key("menu"));
        hanging.SetResult();
        await Waiting.UntilAsync(
            async () => (await cafe.Silo.MenuBoard.GetRecentAsync(cafe.Tenant))?.Items.Length == 2, "the menu as it is now");
    }

    [Fact]
    public async Task While_the_menu_hangs_what_the_copy_offers_is_ordered_and_what_it_lacks_is_not_refused()
    {
        var cafe = await fixture.OpenAsync(("soup", 20));
        // Each silo of a cluster has a copy of its own, and of so many orders each runs some.
        await Task.WhenAll(Enumerable.Range(0, 15).Select(n => cafe.AcceptedAsync($"before-{n}", ("soup", 1))));
        await cafe.Silo.MenuBoard.GetAsync(cafe.Tenant);
        var hanging = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cafe.Faults.Always("Read", cafe.Key("menu"), () => hanging.Task);
        await cafe.Menu.Add(Cafe.Dish("tea"), "manager1");
        await cafe.Item("tea").Receive(Cafe.Delivery(1, "first"));
        await Waiting.UntilAsync(async () => await cafe.Silo.MenuBoard.GetRecentAsync(cafe.Tenant) is null, "a copy too old to refuse by");

        await Assert.ThrowsAsync<TimeoutException>(() => cafe.PlaceAsync("o1", ("tea", 1)));
        await cafe.AcceptedAsync("o2", ("soup", 1));

        cafe.Faults.Clear("Read", cafe.Key("menu"));
        hanging.SetResult();
        await Waiting.UntilAsync(async () => await cafe.Silo.MenuBoard.GetRecentAsync(cafe.Tenant) is not null, "the menu as it is now");
        await cafe.AcceptedAsync("o1", ("tea", 1));
    }

    private static Task MenuShowsAsync(Cafe cafe, int portions) => Waiting.UntilAsync(
        async () => (await cafe.Menu.Read(null))!.Stock.GetValueOrDefault("soup")?.OnHand == portions, $"the menu to show {portions} portions");
}
