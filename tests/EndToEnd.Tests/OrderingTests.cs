using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

[Collection(EndToEnd.Name)]
public sealed class OrderingTests(RunningCafeteria cafeteria, Chromium chromium)
{
    [Theory]
    [InlineData(Screen.Phone)]
    [InlineData(Screen.Desktop)]
    public async Task A_student_chooses_signs_in_orders_and_watches_the_meal_become_ready(Screen screen)
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, screen);
        var page = await device.OpenAsync();

        // A guest reads the menu and fills a cart first; who they are is asked when it matters.
        await page.AddAsync("vegetable-samosa");
        await page.AddAsync("vegetable-samosa");
        await page.AddAsync("mixed-fruit-juice");
        if (screen is Screen.Phone)
            await page.Link("View order").ClickAsync();
        await Expect(page.CartLine("vegetable-samosa")).ToContainTextAsync("৳100");
        await page.Button("Sign in to order").ClickAsync();
        await page.SignInAsync(student);
        await Expect(page.CartLine("mixed-fruit-juice")).ToBeVisibleAsync();
        await Expect(page.Button("Place order").Filter(new LocatorFilterOptions { Visible = true })).ToContainTextAsync("৳180");
        await page.PlaceAsync();

        await page.Tracker("ready").SoonAsync(40);
        var order = Assert.Single(await cafeteria.OrdersOfAsync(student));
        Assert.Equal(18000, order.Total.Amount);
        await Expect(page.GetByText("Show this number at the counter.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Img, new PageGetByRoleOptions { Name = $"Code for handing over order {order.Number}" })).ToBeVisibleAsync();
        foreach (var step in new[] { "pending", "stock_verified", "in_kitchen" })
            await Expect(page.Locator($"[data-step='{step}'][data-state='done'] time")).ToBeVisibleAsync();

        await page.Link("My orders").ClickAsync();
        await Expect(page.Locator("main").GetByRole(AriaRole.Link).Filter(new LocatorFilterOptions { HasText = order.Number }).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_has_ordered_before_orders_again_with_two_taps()
    {
        var student = await cafeteria.NewStudentAsync();
        var session = await cafeteria.Client.SignInAsync(student.Id, student.Password);
        _ = (await cafeteria.Client.PlaceAsync(session, null, new Line("coffee", 2, "no sugar"))).Value;
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);

        await page.Button("Order again").ClickAsync();
        await page.PlaceAsync();

        await page.Tracker("ready").SoonAsync(40);
        var orders = await cafeteria.OrdersOfAsync(student);
        Assert.Equal(2, orders.Count);
        Assert.Equal(orders[1].Total, orders[0].Total);
    }

    [Fact]
    public async Task A_reload_in_the_middle_of_placing_keeps_one_order()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");

        // The server gets the order; its answer is lost on the way.
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/api/v1/orders", async route =>
        {
            if (route.Request.Method != "POST" || arrived.Task.IsCompleted)
            {
                await route.ContinueAsync();
                return;
            }

            await route.FetchAsync();
            arrived.TrySetResult();
        });
        await page.PlaceAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(15));
        await Expect(page.GetByText("Sending…")).ToBeVisibleAsync();
        await page.ReloadAsync();

        await page.Tracker("ready").SoonAsync(40);
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }

    [Fact]
    public async Task Without_a_connection_the_order_is_kept_and_goes_out_by_itself_later()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");
        await device.Context.SetOfflineAsync(true);
        await page.PlaceAsync();
        await page.GetByText("Saved. It goes out when you are connected.").SoonAsync();

        // Taken back at once, as nothing has left; then placed after all.
        await page.Button("Take it back").ClickAsync();
        await page.PlaceAsync();
        await page.GetByText("Saved. It goes out when you are connected.").SoonAsync();
        Assert.Empty(await cafeteria.OrdersOfAsync(student));
        await device.Context.SetOfflineAsync(false);

        await page.Tracker("ready").SoonAsync(40);
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }

    [Fact]
    public async Task A_dish_that_sells_out_under_the_cart_says_so_by_itself()
    {
        var dish = await cafeteria.NewDishAsync("last-ones", 2);
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync(dish, "coffee");

        await cafeteria.BuyAsync(dish, 2);

        await page.CartLine(dish).GetByText("has just sold out").SoonAsync();
        await page.CartLine(dish).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Take out" }).ClickAsync();
        await page.PlaceAsync();
        await page.Tracker("ready").SoonAsync(40);
        Assert.Equal(["coffee"], Assert.Single(await cafeteria.OrdersOfAsync(student)).Lines.Select(line => line.ItemId));
    }

    [Fact]
    public async Task A_refusal_speaks_of_the_dish_and_the_rest_of_the_cart_stays()
    {
        var dish = await cafeteria.NewDishAsync("scarce", 3);
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync(dish, "coffee");
        await page.CartLine(dish).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = $"One more {dish}" }).ClickAsync();

        // The menu that this page sees stands still, so the server's refusal is the first it hears of it.
        await page.RouteAsync("**/api/v1/menu", route => route.AbortAsync());
        await cafeteria.BuyAsync(dish, 2);
        await page.PlaceAsync();

        await page.GetByText("Nothing was ordered.").SoonAsync();
        await Expect(page.CartLine(dish)).ToContainTextAsync($"Only 1 of {dish} left.");
        await page.CartLine(dish).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Take 1" }).ClickAsync();
        await page.PlaceAsync();
        await page.Tracker("ready").SoonAsync(40);
        var order = Assert.Single(await cafeteria.OrdersOfAsync(student));
        Assert.Equal([(dish, 1), ("coffee", 1)], order.Lines.Select(line => (line.ItemId, line.Quantity)));
    }

    [Fact]
    public async Task Stock_changes_under_the_readers_eyes()
    {
        var dish = await cafeteria.NewDishAsync("changing", 0);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenAsync();
        await Expect(page.Dish(dish)).ToContainTextAsync("sold out");
        await page.Dish(dish).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Tell me when it is back" }).ClickAsync();

        _ = (await cafeteria.Client.ReceiveAsync(await cafeteria.ManagerAsync(), dish, 3)).Value;

        await page.Dish(dish).GetByText("3 left").SoonAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new LocatorFilterOptions { HasText = $"{dish} is back." })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task An_order_is_cancelled_until_the_kitchen_has_begun()
    {
        var student = await cafeteria.NewStudentAsync();
        var manager = await cafeteria.ManagerAsync();
        await cafeteria.Client.SendAsync<object>(manager, HttpMethod.Put, "kitchen/stations/main", new { cooks = 10, mode = "manual" });
        try
        {
            await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
            var page = await device.OpenSignedInAsync(student);
            await page.FillCartAsync("coffee");
            await page.PlaceAsync();
            await page.Locator("[data-status]").First.SoonAsync();
            await page.Button("Cancel order").ClickAsync();
            await page.Button("Cancel it").ClickAsync();
            await page.Tracker("cancelled").SoonAsync();
            await Expect(page.GetByText("This order is cancelled. Nothing is charged.")).ToBeVisibleAsync();
        }
        finally
        {
            await cafeteria.Client.SetCooksAsync(manager, 10);
        }
    }
}
