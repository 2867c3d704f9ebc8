using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>Every screen of the student, photographed for people's eyes and read by axe for everybody's.</summary>
[Collection(EndToEnd.Name)]
public sealed class ScreenTests(RunningCafeteria cafeteria, Chromium chromium)
{
    [Theory]
    [InlineData(ColorScheme.Light, "en-GB")]
    [InlineData(ColorScheme.Dark, "bn-BD")]
    public async Task Every_end_of_an_order_but_the_good_one_says_why_and_are_accessible_and_fit(ColorScheme theme, string locale)
    {
        var student = await cafeteria.NewStudentAsync();
        var session = await cafeteria.Client.SignInAsync(student.Id, student.Password);
        var order = (await cafeteria.Client.PlaceAsync(session, null, new Line("coffee", 1))).Value;
        _ = await cafeteria.Client.CancelAsync(await cafeteria.CookAsync(), order.Id);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone, theme, locale);
        var page = await device.OpenSignedInAsync(student, $"/orders/{order.Id}");
        await page.Tracker("cancelled").SoonAsync();
        await Accessibility.LookAsync(page, $"phone-{theme}-{locale[..2]}-24-cancelled".ToLowerInvariant());

        // What only happens when parts fail for long is told in the server's own form.
        foreach (var (status, reason) in new[] { ("rejected", "out_of_stock"), ("failed", "unavailable") })
        {
            await page.RouteAsync($"**/api/v1/orders/{order.Id}", async route =>
            {
                var answer = await route.FetchAsync();
                var told = (await answer.TextAsync()).Replace("\"cancelled\"", $"\"{status}\"", StringComparison.Ordinal).Replace("\"reason\":null", $"\"reason\":\"{reason}\"", StringComparison.Ordinal);
                await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = told });
            });
            await page.ReloadAsync();
            await page.Tracker(status).SoonAsync();
            await Accessibility.LookAsync(page, $"phone-{theme}-{locale[..2]}-24-{status}".ToLowerInvariant());
            await page.UnrouteAsync($"**/api/v1/orders/{order.Id}");
        }

        await page.GotoAsync("/orders?show=ended");
        await page.Locator("main li a").First.SoonAsync();
        await Expect(page.Locator("main li a")).ToHaveCountAsync(1);
        await Expect(page.Locator("main nav [aria-current=page]")).ToHaveAttributeAsync("href", "/orders?show=ended");
        await Accessibility.LookAsync(page, $"phone-{theme}-{locale[..2]}-24-orders-ended".ToLowerInvariant());
        await page.Locator("main nav a").Nth(2).ClickAsync();
        await Expect(page.Locator("main li a")).ToHaveCountAsync(0);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("show=served"));
    }

    [Theory]
    [InlineData(Screen.Phone, ColorScheme.Light, "en-GB")]
    [InlineData(Screen.Phone, ColorScheme.Dark, "bn-BD")]
    [InlineData(Screen.Desktop, ColorScheme.Light, "bn-BD")]
    [InlineData(Screen.Desktop, ColorScheme.Dark, "en-GB")]
    public async Task Every_screen_is_accessible_and_fits(Screen screen, ColorScheme theme, string locale)
    {
        var soldOut = await cafeteria.NewDishAsync("gone-before-noon", 0);
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, screen, theme, locale);
        var prefix = $"{screen}-{theme}-{locale[..2]}".ToLowerInvariant();
        var page = await device.OpenAsync();
        var number = 0;

        Task LookAsync(string name, bool whole = false) => Accessibility.LookAsync(page, $"{prefix}-{++number:D2}-{name}", whole);

        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await LookAsync("menu");
        await page.Locator("input[inputmode=search]").FillAsync("biri");
        await Expect(page.Locator("[data-item]")).ToHaveCountAsync(1);
        await LookAsync("search");
        await page.Locator("input[inputmode=search]").FillAsync("no such dish");
        await Expect(page.Locator("[data-item]")).ToHaveCountAsync(0);
        await LookAsync("search-nothing");
        await page.Locator("input[inputmode=search]").FillAsync("");
        await page.Dish(soldOut).ScrollIntoViewIfNeededAsync();
        await LookAsync("menu-sold-out");
        await page.GotoAsync("/cart");
        await page.Locator("main p").First.SoonAsync();
        await LookAsync("cart-empty");
        await page.GotoAsync("/orders");
        await page.Locator("main a").Last.SoonAsync();
        await LookAsync("orders-guest");
        await page.GotoAsync("/register");
        await page.Locator("form button[type=submit]").SoonAsync();
        await LookAsync("register");
        await page.Locator("form button[type=submit]").ClickAsync();
        await page.Locator("[aria-invalid=true]").First.SoonAsync();
        await LookAsync("register-wrong");
        await page.GotoAsync("/sign-in");
        await page.Locator("form button[type=submit]").SoonAsync();
        await LookAsync("sign-in");
        await page.SignInAsync(student with { Password = "not this one" });
        await page.GetByRole(AriaRole.Alert).SoonAsync();
        await LookAsync("sign-in-wrong");
        await page.SignInAsync(student);
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await page.GotoAsync("/orders");
        await page.Locator("main a").Last.SoonAsync();
        await LookAsync("orders-empty");
        await page.GotoAsync("/account");
        await page.Locator("main button").Last.SoonAsync();
        await LookAsync("account");

        await page.GotoAsync("/");
        await page.AddAsync("chicken-biriyani");
        await page.AddAsync("chicken-biriyani");
        await page.AddAsync("mixed-fruit-juice");
        await LookAsync("menu-with-cart");
        await page.GotoAsync("/cart");
        await page.CartLine("chicken-biriyani").Locator("button").First.ClickAsync();
        await page.Keyboard.TypeAsync("less spicy, extra lemon");
        await LookAsync("cart");
        var taken = await cafeteria.NewDishAsync("taken-by-others", 1);
        await page.GotoAsync("/");
        await page.AddAsync(taken);
        await page.GotoAsync("/cart");
        await cafeteria.BuyAsync(taken, 1);
        await page.CartLine(taken).GetByRole(AriaRole.Alert).SoonAsync();
        await LookAsync("cart-sold-out");
        await page.CartLine(taken).GetByRole(AriaRole.Alert).GetByRole(AriaRole.Button).ClickAsync();
        await page.RouteAsync("**/api/v1/orders", route => route.Request.Method == "POST" ? route.AbortAsync() : route.ContinueAsync());
        await page.Locator("main button").Last.ClickAsync();
        await page.GetByRole(AriaRole.Status).Filter(new LocatorFilterOptions { HasTextRegex = new("Still trying|চেষ্টা চলছে") }).SoonAsync();
        await LookAsync("placing-slow");
        await page.UnrouteAsync("**/api/v1/orders");
        await page.Tracker("in_kitchen").SoonAsync();
        await LookAsync("tracker");
        await page.Tracker("ready").SoonAsync(40);
        await LookAsync("ready", whole: true);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        await LookAsync("receipt-on-paper", whole: true);
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Screen });
        var manager = await cafeteria.ManagerAsync();
        _ = (await cafeteria.Client.SendAsync<object>(manager, HttpMethod.Post, $"orders/{page.Url.Split('/')[^1]}/complete")).Value;
        await page.Tracker("completed").SoonAsync();
        await LookAsync("completed");
        await page.GotoAsync("/");
        await page.Button(locale is "bn-BD" ? "আবার অর্ডার করুন" : "Order again").SoonAsync();
        await LookAsync("menu-order-again");
        await page.GotoAsync("/orders");
        await page.Locator("main li a").First.SoonAsync();
        await LookAsync("orders");
        await page.RouteAsync("**/api/v1/menu", route => route.AbortAsync());
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Alert).SoonAsync();
        await LookAsync("menu-no-connection");
    }
}
