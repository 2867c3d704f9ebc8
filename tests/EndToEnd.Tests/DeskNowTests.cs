using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>The desk's Now, and what is broken on purpose from it.</summary>
[Collection(EndToEnd.Name)]
public sealed class DeskNowTests(RunningCafeteria cafeteria, Chromium chromium) : IAsyncLifetime
{
    // Signed in once: a name may not be tried often in a minute.
    private static Session? _admin;

    public async Task InitializeAsync() => _admin ??= await cafeteria.Client.SignInAsync("ADMIN-001", "AdminPass123!");

    /// <summary>What a failed test broke must not fail the next.</summary>
    public async Task DisposeAsync() => _ = (await cafeteria.Client.SendAsync<object>(_admin!, HttpMethod.Delete, "admin/chaos")).Value;

    [Fact]
    public async Task A_part_broken_by_keyboard_alone_is_told_on_the_desk_and_heals()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "/desk");
        await Verdict(page, "good").SoonAsync();

        await TabToAsync(page, "nav a[href='/desk/failures']");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "select[name=part]");
        await page.Keyboard.PressAsync("ArrowDown");
        await TabToAsync(page, "select[name=time]");
        await page.Keyboard.PressAsync("ArrowDown");
        await TabToAsync(page, "button[type=submit]");
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("li[data-part=kitchen][data-broken=error]").SoonAsync();
        await Expect(page.GetByText(new Regex("0:[0-5][0-9] left"))).ToBeVisibleAsync();

        await TabToAsync(page, "nav a[href='/desk']");
        await page.Keyboard.PressAsync("Enter");
        await Verdict(page, "warn").SoonAsync();
        await Expect(Verdict(page, "warn")).ToContainTextAsync("Broken on purpose: Kitchen.");
        await Expect(page.Locator("[data-part=kitchen]")).ToContainTextAsync("made to fail");
        await TabToAsync(page, "[data-verdict] a");
        await page.Keyboard.PressAsync("Enter");
        await TabToAsync(page, "button[aria-label='Heal now: Kitchen']");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-broken]")).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Status).Filter(new LocatorFilterOptions { HasText = "Kitchen is healed." })).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_is_broken_for_a_time_heals_by_itself_under_the_manager_s_eyes()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "/desk");
        await Verdict(page, "good").SoonAsync();
        await BreakAsync(new { part = "stock", mode = "error", @for = 3 });

        await Verdict(page, "warn").SoonAsync();
        await Expect(page.Locator("[data-part=stock]")).ToContainTextAsync("made to fail");
        await Verdict(page, "good").SoonAsync();
        await Expect(page.Locator("[data-part=stock]")).ToContainTextAsync("ok");
    }

    [Fact]
    public async Task An_average_over_a_second_turns_the_banner_red_until_it_is_healed()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "/desk");
        await Verdict(page, "good").SoonAsync();
        await BreakAsync(new { part = "gateway", mode = "latency", latencyMs = 3000, @for = 60 });

        // What is slow must outweigh what was quick in the same 30 seconds, and afterwards the other way round.
        await AskUntilAsync("bad", 100);
        await Expect(Verdict(page, "bad")).ToContainTextAsync(new Regex("Too slow: requests take [0-9.]+ s on average"));
        await Expect(Figure(page, "average")).ToHaveTextAsync(new Regex("^[0-9.]+ s$"));
        await Accessibility.LookAsync(page, "desktop-light-en-desk-now-too-slow", whole: true);
        await DisposeAsync();
        await AskUntilAsync("good", 10);

        async Task AskUntilAsync(string tone, int atOnce)
        {
            using var stop = new CancellationTokenSource();
            using var http = new HttpClient { BaseAddress = cafeteria.Address };
            var asking = Parallel.ForAsync(0, int.MaxValue, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = stop.Token }, async (_, cancelled) =>
            {
                using var answer = await http.GetAsync(new Uri("/api/v1/menu/items/coffee", UriKind.Relative), cancelled);
            });
            await Verdict(page, tone).SoonAsync(40);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }
    }

    [Fact]
    public async Task Orders_and_refusals_move_the_numbers_while_one_looks()
    {
        var (dish, soldOut, student) = (await cafeteria.NewDishAsync("counted-now", 5), await cafeteria.NewDishAsync("none-now", 0), await cafeteria.NewStudentAsync());
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "/desk");
        await Verdict(page, "good").SoonAsync();
        var session = await cafeteria.Client.SignInAsync(student.Id, student.Password);

        for (var i = 0; i < 3; i++)
            _ = (await cafeteria.Client.PlaceAsync(session, null, new Line(dish, 1))).Value;
        Assert.False((await cafeteria.Client.PlaceAsync(session, null, new Line(soldOut, 1))).Succeeded);

        await Expect(Figure(page, "accepted")).ToHaveTextAsync(new Regex("^([3-9]|[1-9][0-9]+)$"), Within(15));
        await Expect(Figure(page, "turned-away")).Not.ToHaveTextAsync("0", new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });
        await Expect(Figure(page, "takings")).Not.ToHaveTextAsync("৳0");
        await Expect(Figure(page, "average")).ToHaveTextAsync(new Regex("ms|s$"));
        await page.Locator("[data-state=ready]").SoonAsync();
        var bottom = await page.EvaluateAsync<int>("() => document.documentElement.scrollHeight - innerHeight");
        Assert.True(bottom <= 0, $"At 1280 × 800 nothing should be below the edge; {bottom} px are.");
    }

    [Theory, MemberData(nameof(Looks.OfTheDesk), MemberType = typeof(Looks))]
    public async Task Both_screens_are_accessible_and_fit(Screen screen, ColorScheme theme, string locale)
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, screen, theme, locale);
        var prefix = $"{screen}-{theme}-{locale[..2]}-desk".ToLowerInvariant();
        var page = await OpenAsync(device, "/desk");
        await page.Locator("[data-verdict]").SoonAsync();
        await LookAsync(page, $"{prefix}-now");

        await BreakAsync(new { part = "notifications", mode = "crash", @for = 60 });
        await Verdict(page, "warn").SoonAsync();
        await LookAsync(page, $"{prefix}-now-broken");
        await page.GotoAsync("/desk/failures");
        await page.Locator("[data-broken=crash]").SoonAsync();
        await page.Locator("select[name=mode]").SelectOptionAsync("latency");
        await LookAsync(page, $"{prefix}-failures");
    }

    private static Task<IPage> OpenAsync(Device device, string path) => device.OpenAsAsync(_admin!, path, "admin");

    /// <summary>Photographed whole, as wide as the screen and no wider, and read by axe.</summary>
    private static async Task LookAsync(IPage page, string picture)
    {
        await page.EvaluateAsync("() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished))");
        var folder = Path.Combine(RunningCafeteria.Repository, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{picture}.png"), FullPage = true });
        var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(wide <= 0, $"{picture} should not scroll sideways; it is {wide} px too wide.");
        await Accessibility.CheckAsync(page, picture);
    }

    private async Task BreakAsync(object fault) => _ = (await cafeteria.Client.SendAsync<object>(_admin!, HttpMethod.Post, "admin/chaos", fault)).Value;

    private static ILocator Verdict(IPage page, string tone) => page.Locator($"[data-verdict={tone}]");

    private static ILocator Figure(IPage page, string name) => page.Locator($"[data-figure={name}] [data-value]");

    private static LocatorAssertionsToHaveTextOptions Within(int seconds) => new() { Timeout = seconds * 1000 };

    /// <summary>Tab by tab, as who has no mouse; the page that is coming may still be on its way.</summary>
    private static async Task TabToAsync(IPage page, string selector)
    {
        await page.Locator(selector).First.SoonAsync();
        for (var tabs = 0; tabs < 40; tabs++)
        {
            if (await page.EvaluateAsync<bool>("(selector) => document.activeElement?.matches(selector) ?? false", selector))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} should be reached with the Tab key.");
    }
}
