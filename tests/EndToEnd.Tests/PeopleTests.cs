using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

[Collection(EndToEnd.Name)]
public sealed class PeopleTests(RunningCafeteria cafeteria, Chromium chromium)
{
    [Fact]
    public async Task Registering_says_what_is_wrong_at_the_field_and_then_signs_in()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenAsync("/register");
        await page.Button("Register").ClickAsync();
        await Expect(page.GetByText("At least 8 characters")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("Full name")).ToBeFocusedAsync();

        await page.GetByLabel("Full name").FillAsync("Nusrat Jahan");
        await page.GetByLabel("Student ID").FillAsync($"REG-{Guid.NewGuid().ToString("N")[..8]}");
        await page.GetByLabel("E-mail").FillAsync($"{Guid.NewGuid():N}@example.org");
        await page.Locator("input[name=password]").FillAsync("A-Long-Word");
        await page.Button("Register").ClickAsync();

        await page.Link("Account").ClickAsync();
        await Expect(page.GetByText("Nusrat Jahan")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_nothing_else()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenAsync("/sign-in");
        await page.SignInAsync(student with { Password = "not this one" });
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("do not match");
    }

    [Fact]
    public async Task Many_tabs_opened_at_once_stay_signed_in()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        await device.OpenSignedInAsync(student);

        // Each has to renew the session; a refresh token that is used twice would end it for all.
        var tabs = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => device.OpenAsync("/orders")));
        foreach (var tab in tabs)
            await Expect(tab.GetByText("No orders yet.")).ToBeVisibleAsync();
        await tabs[0].ReloadAsync();
        await Expect(tabs[0].GetByText("No orders yet.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Signing_out_leaves_nothing_of_the_student_behind_in_any_tab()
    {
        var student = await cafeteria.NewStudentAsync();
        var session = await cafeteria.Client.SignInAsync(student.Id, student.Password);
        var order = (await cafeteria.Client.PlaceAsync(session, null, new Line("coffee", 1))).Value;
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone, serviceWorkers: true);
        var page = await device.OpenSignedInAsync(student);
        await page.EvaluateAsync("() => navigator.serviceWorker.ready");
        var other = await device.OpenAsync($"/orders/{order.Id}");
        await other.GetByRole(AriaRole.Heading).Filter(new LocatorFilterOptions { HasText = order.Number }).First.SoonAsync();
        await page.ReloadAsync();
        await page.AddAsync("coffee");
        await page.Link("Account").ClickAsync();
        await Expect(page.GetByText(student.Id, new PageGetByTextOptions { Exact = true })).ToBeVisibleAsync();
        var tokens = await page.EvaluateAsync<string[]>("() => { const { refreshToken, access } = JSON.parse(localStorage['cafeteria.session']); return [refreshToken, access.token]; }");

        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out", Exact = true }).ClickAsync();

        await Expect(page.Link("Sign in")).ToBeVisibleAsync();
        await Expect(other.GetByText(order.Number)).ToHaveCountAsync(0);
        await Expect(other.GetByText("Sign in to see your orders.")).ToBeVisibleAsync();
        await other.GotoAsync("/orders");
        await Expect(other.GetByText("Sign in to see your orders.")).ToBeVisibleAsync();
        await other.GoBackAsync();
        await Expect(other.GetByText("Sign in to see your orders.")).ToBeVisibleAsync();
        await Expect(other.GetByText(order.Number)).ToHaveCountAsync(0);
        Assert.Empty(await page.EvaluateAsync<string[]>("() => Object.keys(localStorage).filter((key) => !key.startsWith('cafeteria.menu'))"));
        var kept = await page.EvaluateAsync<string>(
            """
            async () => {
              const requests = (await Promise.all((await caches.keys()).map(async (key) => {
                const cache = await caches.open(key);
                return Promise.all((await cache.keys()).map(async (request) => request.url + await (await cache.match(request)).text()));
              }))).flat();
              const databases = (await indexedDB.databases()).map(({ name }) => `database ${name}`);
              return [...requests, ...databases, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie].join("\n");
            }
            """);
        Assert.Contains("cafeteria.menu", kept, StringComparison.Ordinal);
        foreach (var secret in tokens.Concat([student.Id, student.Id.ToLowerInvariant(), order.Id, $"\"{order.Number}\""]))
            Assert.DoesNotContain(secret, kept, StringComparison.Ordinal);
        Assert.DoesNotContain("database ", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bangla_is_switched_to_in_place_and_stays()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.AddAsync("chicken-biriyani");

        await page.Button("বাংলায় দেখুন").ClickAsync();
        await Expect(page.Dish("chicken-biriyani")).ToContainTextAsync("মুরগির বিরিয়ানি");
        await Expect(page.Dish("chicken-biriyani")).ToContainTextAsync("৳৪৫০");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "bn");
        await page.ReloadAsync();
        await page.Link("অর্ডার দেখুন").ClickAsync();
        await page.Button("অর্ডার দিন").ClickAsync();

        await page.Tracker("ready").SoonAsync(40);
        await Expect(page.GetByText("কাউন্টারে এই নম্বরটি দেখান।")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_search_finds_dishes_in_either_language()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone, locale: "bn-BD");
        var page = await device.OpenAsync();
        foreach (var search in new[] { "biri", "বিরিয়ানি" })
        {
            await page.GetByLabel("খাবার খুঁজুন").FillAsync(search);
            await Expect(page.Locator("[data-item]")).ToHaveCountAsync(1);
            await Expect(page.Dish("chicken-biriyani")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Every_flow_to_an_order_can_be_done_with_the_keyboard_alone()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await device.OpenAsync("/sign-in");
        await TabToAsync(page, "input[name=login]");
        await page.Keyboard.TypeAsync(student.Id);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(student.Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/$"));
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await TabToAsync(page, "[data-item='coffee'] button");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "aside button:has-text('Place order')");
        await page.Keyboard.PressAsync("Enter");
        await page.Tracker("ready").SoonAsync(40);
    }

    [Fact]
    public async Task The_app_is_served_under_a_policy_that_allows_only_its_own_files()
    {
        using var http = new HttpClient { BaseAddress = cafeteria.Address };
        using var response = await http.GetAsync(new Uri("/", UriKind.Relative));
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var presses = 0; presses < 150; presses++)
        {
            if (await page.EvaluateAsync<bool>("(selector) => document.activeElement?.matches(selector.replace(/:has-text.*/, '')) && (!selector.includes('has-text') || document.activeElement.textContent.includes(selector.match(/'([^']*)'\\)$/)[1]))", selector))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} should be reached by Tab.");
    }
}
