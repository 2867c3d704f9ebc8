using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>The content security policy as a browser keeps it.</summary>
[Collection(EndToEnd.Name)]
public sealed class PolicyTests(RunningCafeteria cafeteria, Chromium chromium)
{
    private const string Listen = "window.breaches = []; document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => window.breaches.push(effectiveDirective + ' ' + blockedURI))";

    [Fact]
    public async Task No_page_of_any_face_breaches_the_policy()
    {
        var order = await cafeteria.OrderAsync(new Line("coffee", 1));
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        await device.Context.AddInitScriptAsync(Listen);
        var page = await device.OpenAsync("/sign-in");
        await ShownAsync("/register", "/cart", "/orders", "/no-such-page");
        await page.GotoAsync("/sign-in");
        await page.SignInAsync(await cafeteria.NewStaffAsync("admin"));
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/desk"));
        await ShownAsync(
            "/", "/cart", "/orders", $"/orders/{order.Id}", "/account", "/kitchen", "/kitchen/hand-over", "/kitchen/board",
            "/desk", "/desk/orders", "/desk/menu", "/desk/stock", "/desk/stations", "/desk/people", "/desk/reports", "/desk/reports/changes");

        // The contract for people is a page of the API's own, and made by a script.
        await ShownAsync("/docs");
        await page.Locator("summary").Filter(new LocatorFilterOptions { HasText = "/api/v1/orders/{id}/cancel" }).ClickAsync();
        await Expect(page.Locator("details[open]")).ToContainTextAsync("Needs a sign-in.");
        await page.GetByLabel("Find").FillAsync("409 cancel");
        await Expect(page.Locator("details:visible")).ToHaveCountAsync(1);
        await Expect(page.Locator("#codes")).ToContainTextAsync("out_of_stock");
        await Accessibility.CheckAsync(page, "docs");
        Assert.Empty(await page.EvaluateAsync<string[]>("() => window.breaches"));

        async Task ShownAsync(params string[] paths)
        {
            foreach (var path in paths)
            {
                await page.GotoAsync(path);
                await page.Locator("h1, h2, main p").First.SoonAsync();
                Assert.Empty(await page.EvaluateAsync<string[]>("() => window.breaches"));
            }
        }
    }

    [Fact]
    public async Task A_script_that_somebody_got_into_the_page_does_not_run()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        device.Expecting("Content Security Policy");
        await device.Context.AddInitScriptAsync(Listen);
        var page = await device.Context.NewPageAsync();
        // Written into the page on its way, and after it was read.
        await page.RouteAsync("**/", async route =>
        {
            var answer = await route.FetchAsync();
            var body = (await answer.TextAsync()).Replace("<body>", "<body><script>window.ran = 'in the page'</script>", StringComparison.Ordinal);
            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = body });
        });
        await page.GotoAsync("/");
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await page.EvaluateAsync(
            """
            () => {
              const script = document.createElement("script");
              script.textContent = "window.ran = 'as a script'";
              document.body.append(script);
              const holder = document.createElement("div");
              holder.innerHTML = "<img src='/no-such-picture' onerror=\"window.ran = 'as a handler'\">";
              document.body.append(holder);
              const stranger = document.createElement("script");
              stranger.src = "https://stranger.example/script.js";
              document.body.append(stranger);
            }
            """);

        await page.WaitForFunctionAsync("() => ['script-src-elem inline', 'script-src-attr inline', 'script-src-elem https://stranger.example/script.js'].every((breach) => window.breaches.includes(breach))");
        Assert.Null(await page.EvaluateAsync<string?>("() => window.ran ?? null"));
        Assert.Equal(2, await page.EvaluateAsync<int>("() => window.breaches.filter((breach) => breach === 'script-src-elem inline').length"));
    }
}
