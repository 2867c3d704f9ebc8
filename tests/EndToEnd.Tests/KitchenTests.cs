using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

[Collection(EndToEnd.Name)]
public sealed class KitchenTests(RunningCafeteria cafeteria, Chromium chromium)
{
    private static readonly Student Cook = new("kitchen1", "Password@123");

    [Fact]
    public async Task A_whole_shift_is_worked_with_the_keyboard_alone()
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        var dish = await cafeteria.NewDishAsync("by-hand", 20);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Wall);
        // Who was sent to sign in comes back to where they were going.
        var page = await device.OpenAsync("/kitchen");
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        await Expect(page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Sign in" })).ToBeFocusedAsync();
        while (!await page.EvaluateAsync<bool>("() => document.activeElement.name === 'login'"))
            await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Cook.Id);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(Cook.Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/kitchen$"));
        await page.LiveAsync();

        var first = await cafeteria.OrderAsync(new Line(dish, 2, "no onions"));
        var second = await cafeteria.OrderAsync(new Line(dish, 3));
        await Expect(page.Ticket(second)).ToContainTextAsync(second.Number);
        await Expect(page.Ticket(first)).ToContainTextAsync("no onions");
        await Expect(page.Ticket(first).GetByText(new Regex("^(on time|soon|late) \\d+:\\d\\d$"))).ToBeVisibleAsync();
        await Expect(page.Locator($"[data-count='{dish}']")).ToHaveTextAsync($"5 {dish}");

        await page.PressKeyOfAsync(first);
        await Expect(page.Ticket(first, "cooking")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("u");
        await Expect(page.Ticket(first, "queued")).ToBeVisibleAsync();
        Assert.Equal("stock_verified", await StatusAsync(first));
        await page.PressKeyOfAsync(first);
        await Expect(page.Ticket(first, "cooking")).ToBeVisibleAsync();
        await page.PressKeyOfAsync(first);
        await Expect(page.JustDone(first)).ToBeVisibleAsync();
        await Expect(page.Locator($"[data-count='{dish}']")).ToHaveTextAsync($"3 {dish}");

        await page.Keyboard.PressAsync("u");
        await Expect(page.Ticket(first, "cooking")).ToBeVisibleAsync();
        await page.PressKeyOfAsync(first);
        await Expect(page.JustDone(first)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("r");
        await Expect(page.Ticket(first, "cooking")).ToBeVisibleAsync();
        await page.PressKeyOfAsync(first);
        await Expect(page.JustDone(first)).ToBeVisibleAsync();
        await page.PressKeyOfAsync(second);
        await Expect(page.Ticket(second, "cooking")).ToBeVisibleAsync();
        await page.PressKeyOfAsync(second);
        await Expect(page.JustDone(second)).ToBeVisibleAsync();

        await page.Keyboard.PressAsync("s");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(dish);
        await Expect(page.GetByRole(AriaRole.Dialog).Locator("[data-item]")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog).Locator($"[data-item='{dish}']")).ToContainTextAsync("sold out since");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0); // its keys are the dialog's until then
        Assert.Equal("sold_out", (await cafeteria.Client.GetDishAsync(dish)).Value.Stock.Level);
        await page.Keyboard.PressAsync("u");
        await page.GetByRole(AriaRole.Status).Filter(new LocatorFilterOptions { HasText = $"{dish} is back" }).First.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        Assert.NotEqual("sold_out", (await cafeteria.Client.GetDishAsync(dish)).Value.Stock.Level);

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("recall the last one");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        foreach (var order in new[] { first, second })
            Assert.Equal("ready", await StatusAsync(order));
    }

    [Fact]
    public async Task A_dish_that_the_kitchen_says_is_sold_out_is_so_on_an_open_phone_and_back_again()
    {
        var dish = await cafeteria.NewDishAsync("eighty-six", 40);
        await using var phone = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Wall);
        var menu = await phone.OpenAsync();
        await Expect(menu.Dish(dish)).ToContainTextAsync("plenty");
        var wall = await device.OpenAsAsync(await cafeteria.CookAsync(), "/kitchen");
        await wall.LiveAsync();
        await wall.Button("Stock").ClickAsync();

        await wall.Button($"{dish}: sold out").ClickAsync();
        await menu.Dish(dish).GetByText("sold out").SoonAsync();
        await wall.Button($"{dish}: back again").ClickAsync();
        await menu.Dish(dish).GetByText("plenty").SoonAsync();
    }

    [Fact]
    public async Task A_wall_that_hears_nothing_says_so_and_shows_nothing_as_live_until_the_truth_is_back()
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        var order = await cafeteria.OrderAsync(new Line("coffee", 1));
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Wall);
        var page = await device.OpenAsAsync(await cafeteria.CookAsync(), "/kitchen");
        await page.LiveAsync();
        await Expect(page.Ticket(order)).ToBeVisibleAsync();

        cafeteria.Kill();
        await page.Locator("header[data-lost]").SoonAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Connection lost");
        await Expect(page.Ticket(order)).ToHaveAttributeAsync("data-urgency", "unknown");
        await Expect(page.Ticket(order).GetByRole(AriaRole.Button)).ToBeDisabledAsync();
        await cafeteria.RestartAsync();

        await page.LiveAsync();
        await Expect(page.Locator("header[data-lost]")).ToHaveCountAsync(0);
        await Expect(page.Ticket(order)).Not.ToHaveAttributeAsync("data-urgency", "unknown");
        await page.PressKeyOfAsync(order);
        await Expect(page.Ticket(order, "cooking")).ToBeVisibleAsync();
        await page.PressKeyOfAsync(order);
        await Expect(page.JustDone(order)).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_order_is_handed_over_by_its_number_and_only_once_and_not_before_it_is_ready()
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        var order = await cafeteria.OrderAsync(new Line("coffee", 2));
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await device.OpenAsAsync(await cafeteria.CookAsync(), "/kitchen/hand-over");
        await Expect(page.GetByLabel("Order number or code")).ToBeFocusedAsync();

        await ScanAsync("Z-999");
        await page.GetByText("There is no order Z-999").SoonAsync();
        await ScanAsync(order.Number.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal));
        await page.GetByText($"{order.Number} is not ready yet").SoonAsync();
        var cook = await cafeteria.CookAsync();
        foreach (var step in new[] { "start", "done" })
            _ = (await cafeteria.Client.SendAsync<object>(cook, HttpMethod.Post, $"kitchen/stations/main/tickets/{order.Id}/{step}")).Value;

        // The page that waits sees it become ready; then Enter is all there is to do.
        await Expect(page.Button("Hand over")).ToBeFocusedAsync(new LocatorAssertionsToBeFocusedOptions { Timeout = 20_000 });
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText($"{order.Number} is handed over").SoonAsync();
        await Expect(page.GetByText("This cannot be undone.")).ToBeVisibleAsync();
        Assert.Equal("completed", await StatusAsync(order));

        await ScanAsync(order.Id);
        await page.GetByText(new Regex($"{order.Number} was handed over at .* by kitchen1")).SoonAsync();
        await Expect(page.Button("Hand over")).ToHaveCountAsync(0);

        async Task ScanAsync(string text)
        {
            await page.Keyboard.TypeAsync(text);
            await page.Keyboard.PressAsync("Enter");
        }
    }

    [Fact]
    public async Task The_hall_sees_its_numbers_go_from_preparing_to_ready()
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Wall);
        var cook = await cafeteria.CookAsync();
        var page = await device.OpenAsAsync(cook, "/kitchen/board");
        await page.LiveAsync();
        var order = await cafeteria.OrderAsync(new Line("coffee", 1));

        await Number("Preparing").SoonAsync();
        foreach (var step in new[] { "start", "done" })
            _ = (await cafeteria.Client.SendAsync<object>(cook, HttpMethod.Post, $"kitchen/stations/main/tickets/{order.Id}/{step}")).Value;
        await Number("Ready").SoonAsync();
        await Expect(Number("Preparing")).ToHaveCountAsync(0);
        await Expect(page.GetByText("Student E2E")).ToHaveCountAsync(0);
        _ = (await cafeteria.Client.SendAsync<object>(cook, HttpMethod.Post, $"orders/{order.Id}/complete")).Value;
        await Expect(Number("Ready")).ToHaveCountAsync(0);

        ILocator Number(string column) => page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = column, Exact = true }).Locator($"[data-number='{order.Number}']");
    }

    [Fact]
    public async Task A_student_is_told_who_may_see_the_kitchen()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(await cafeteria.NewStudentAsync(), "/kitchen");
        await page.GetByText("This page is for others").SoonAsync();
        await Accessibility.CheckAsync(page, "no permission");
    }

    [Fact]
    public async Task A_tablet_starts_finishes_recalls_and_undoes_by_touch()
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        var orders = new[] { await cafeteria.OrderAsync(new Line("coffee", 1, "no sugar")), await cafeteria.OrderAsync(new Line("chicken-biriyani", 2)) };
        var order = orders[0];
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Tablet, ColorScheme.Dark);
        var page = await device.OpenAsAsync(await cafeteria.CookAsync(), "/kitchen");
        await page.LiveAsync();

        await page.Ticket(order, "queued").GetByRole(AriaRole.Button).TapAsync();
        await Expect(page.Ticket(order, "cooking")).ToBeVisibleAsync();
        await page.Button($"Undo {order.Number}").TapAsync();
        await Expect(page.Ticket(order, "queued")).ToBeVisibleAsync();
        await page.Ticket(order, "queued").GetByRole(AriaRole.Button).TapAsync();
        await page.Ticket(order, "cooking").GetByRole(AriaRole.Button).TapAsync();
        await page.JustDone(order).TapAsync();
        await Expect(page.Ticket(order, "cooking")).ToBeVisibleAsync();
        await page.Button($"Undo {order.Number}").TapAsync();
        await Expect(page.JustDone(order)).ToBeVisibleAsync();
        await Accessibility.LookAsync(page, "kitchen-tablet-dark-en-wall");
        Assert.Equal("ready", await StatusAsync(order));
        foreach (var each in orders)
            _ = await cafeteria.Client.CancelAsync(await cafeteria.CookAsync(), each.Id);
    }

    [Theory, MemberData(nameof(Looks.OfTheKitchen), MemberType = typeof(Looks))]
    public async Task Every_screen_of_the_kitchen_is_accessible_and_fits(Screen screen, ColorScheme theme, string locale)
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        var prefix = $"kitchen-{screen}-{theme}-{locale[..2]}".ToLowerInvariant();
        var dish = await cafeteria.NewDishAsync("a-dish-with-quite-a-long-name-for-a-narrow-screen", 20);
        var orders = new List<Order>();
        for (var i = 0; i < 3; i++)
            orders.Add(await cafeteria.OrderAsync(new Line(dish, 2, i == 0 ? "less spicy, extra lemon" : null), new Line("chicken-biriyani", 1)));
        var cook = await cafeteria.CookAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, screen, theme, locale);
        var page = await device.OpenAsAsync(cook, "/kitchen");
        await page.LiveAsync();
        foreach (var step in new[] { "start", "done" })
            _ = (await cafeteria.Client.SendAsync<object>(cook, HttpMethod.Post, $"kitchen/stations/main/tickets/{orders[0].Id}/{step}")).Value;
        await Expect(page.JustDone(orders[0])).ToBeVisibleAsync();
        await Accessibility.LookAsync(page, $"{prefix}-wall");
        await page.Keyboard.PressAsync("s");
        await page.GetByRole(AriaRole.Dialog).Locator("[data-item]").First.SoonAsync();
        await Accessibility.LookAsync(page, $"{prefix}-stock");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("?");
        await page.GetByRole(AriaRole.Dialog).SoonAsync();
        await Accessibility.LookAsync(page, $"{prefix}-keys");
        await page.Keyboard.PressAsync("Escape");
        await device.Context.SetOfflineAsync(true);
        await page.Locator("header[data-lost]").SoonAsync();
        await Accessibility.LookAsync(page, $"{prefix}-lost");
        await device.Context.SetOfflineAsync(false);

        await page.GotoAsync("/kitchen/hand-over");
        // Whatever is typed anywhere belongs to the field, as soon as there is one.
        await Expect(page.Locator("#hand-over-number")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(orders[1].Number);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("[data-found='in_kitchen'], [data-found='stock_verified']").SoonAsync();
        await Accessibility.LookAsync(page, $"{prefix}-not-ready");
        await page.Keyboard.TypeAsync(orders[0].Id);
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("[data-found='ready']").SoonAsync();
        await Accessibility.LookAsync(page, $"{prefix}-hand-over");
        await page.GotoAsync("/kitchen/board");
        await page.LiveAsync();
        await Accessibility.LookAsync(page, $"{prefix}-board");
        foreach (var order in orders)
            _ = await cafeteria.Client.CancelAsync(cook, order.Id);
    }

    private async Task<string> StatusAsync(Order order) => (await cafeteria.Client.GetOrderAsync(await cafeteria.CookAsync(), order.Id)).Value.Status;
}

internal static class Wall
{
    public static ILocator Ticket(this IPage page, Order order, string? state = null) =>
        page.Locator($"[data-ticket='{order.Id}']{(state is null ? "" : $"[data-state='{state}']")}");

    public static ILocator JustDone(this IPage page, Order order) => page.Locator($"[data-done='{order.Id}']");

    /// <summary>What is shown is what the server says now.</summary>
    public static Task LiveAsync(this IPage page) => page.Locator("[data-live=true]").SoonAsync(40);

    /// <summary>As somebody at the bump bar does: looks for the number on the ticket, and presses it.</summary>
    public static async Task PressKeyOfAsync(this IPage page, Order order) =>
        await page.Keyboard.PressAsync(await page.Ticket(order).Locator("kbd [aria-hidden]").InnerTextAsync());
}
