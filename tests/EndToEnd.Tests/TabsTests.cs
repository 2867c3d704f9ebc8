using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>One student with the app open more than once, or for longer than a token lasts.</summary>
[Collection(EndToEnd.Name)]
public sealed class TabsTests(RunningCafeteria cafeteria, Chromium chromium)
{
    private const string Renewal = "**/api/v1/auth/refresh";

    [Fact]
    public async Task An_order_placed_in_one_tab_is_seen_in_the_other_and_the_cart_is_empty_in_both()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var orders = await device.OpenSignedInAsync(student, "/orders");
        await Expect(orders.GetByText("No orders yet.")).ToBeVisibleAsync();
        var cart = await device.OpenAsync();
        await cart.FillCartAsync("coffee");
        var menu = await device.OpenAsync();
        await menu.Link("View order").SoonAsync();

        await cart.BringToFrontAsync();
        await cart.PlaceAsync();

        await cart.Locator("div[data-status]").SoonAsync();
        var order = Assert.Single(await cafeteria.OrdersOfAsync(student));
        await orders.Locator($"main a[href='/orders/{order.Id}']").SoonAsync();
        await Expect(menu.Link("View order")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_same_cart_pressed_in_two_tabs_at_once_is_one_order()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var one = await device.OpenSignedInAsync(student);
        await one.FillCartAsync("coffee");
        // A tab that hears nothing of the other, as one that was frozen in the background and presses as it wakes.
        var other = await device.Context.NewPageAsync();
        await other.AddInitScriptAsync("window.addEventListener('storage', (event) => event.stopImmediatePropagation(), true)");
        await other.GotoAsync("/cart");
        await other.Button("Place order").SoonAsync();

        var buttons = await Task.WhenAll(new[] { one, other }.Select(tab => tab.Button("Place order").ElementHandleAsync()));
        await Task.WhenAll(buttons.Select(button => button.DispatchEventAsync("click")));

        // Whose answer came first shows its order; the other may find that there is nothing left to place.
        foreach (var tab in new[] { one, other })
            await tab.Locator("div[data-status]").Or(tab.GetByText("Nothing here yet.")).SoonAsync();
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }

    [Fact]
    public async Task What_a_guest_chose_is_taken_along_once_however_many_tabs_see_the_sign_in()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var other = await device.OpenAsync();
        await other.FillCartAsync("coffee");
        await device.OpenSignedInAsync(student);

        await other.BringToFrontAsync();
        await other.Button("Place order").SoonAsync();
        await other.PlaceAsync();
        await other.Locator("div[data-status]").SoonAsync();
        Assert.Equal(1, Assert.Single(Assert.Single(await cafeteria.OrdersOfAsync(student)).Lines).Quantity);
    }

    [Fact]
    public async Task A_session_that_ran_out_is_renewed_once_for_all_tabs()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var renewals = 0;
        await device.Context.RouteAsync(Renewal, async route =>
        {
            Interlocked.Increment(ref renewals);
            await route.ContinueAsync();
        });
        var page = await device.OpenSignedInAsync(student);
        await page.EvaluateAsync(
            """
            () => {
              const session = JSON.parse(localStorage["cafeteria.session"]);
              session.access.expiresAt = Date.now();
              localStorage["cafeteria.session"] = JSON.stringify(session);
            }
            """);
        await page.CloseAsync();

        var tabs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => device.OpenAsync("/orders")));
        foreach (var tab in tabs)
            await tab.GetByText("No orders yet.").SoonAsync();
        Assert.Equal(1, renewals);
    }

    [Fact]
    public async Task A_token_that_ends_between_cart_and_press_is_renewed_and_the_order_placed_once()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");
        // Hours go by; the page knows that its token has ended.
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 6 * 3600 * 1000; }");

        await page.RunAndWaitForRequestAsync(page.PlaceAsync, request => request.Url.EndsWith("/auth/refresh", StringComparison.Ordinal));

        await page.Locator("div[data-status]").SoonAsync();
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }

    [Fact]
    public async Task A_token_that_the_server_refuses_is_renewed_and_the_order_sent_again_under_its_key()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");
        var keys = new List<string>();
        await page.RouteAsync("**/api/v1/orders", async route =>
        {
            if (route.Request.Method != "POST")
            {
                await route.ContinueAsync();
                return;
            }

            var headers = new Dictionary<string, string>(route.Request.Headers);
            keys.Add(headers["idempotency-key"]);
            if (keys.Count == 1)
                headers["authorization"] = "Bearer one.that.ended";
            await route.ContinueAsync(new RouteContinueOptions { Headers = headers });
        });

        await page.PlaceAsync();

        await page.Locator("div[data-status]").SoonAsync();
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }
}
