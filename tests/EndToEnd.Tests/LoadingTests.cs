using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

[Collection(EndToEnd.Name)]
public sealed class LoadingTests(RunningCafeteria cafeteria, Chromium chromium)
{
    [Fact]
    public async Task Without_a_network_the_app_opens_with_the_last_menu_and_says_how_old_it_is()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone, serviceWorkers: true);
        var page = await device.OpenAsync();
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await page.EvaluateAsync("() => navigator.serviceWorker.ready");

        await device.Context.SetOfflineAsync(true);
        await page.ReloadAsync();
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("No connection. This is the menu of");
        await page.GotoAsync("/sign-in");
        await Expect(page.Locator("input[name=login]")).ToBeVisibleAsync();

        await device.Context.SetOfflineAsync(false);
        await page.GotoAsync("/");
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_service_worker_keeps_the_app_alone_and_nothing_that_the_api_said()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone, serviceWorkers: true);
        var page = await device.OpenSignedInAsync(student, "/orders");
        await page.EvaluateAsync("() => navigator.serviceWorker.ready");
        await page.ReloadAsync();
        await Expect(page.GetByText("No orders yet.")).ToBeVisibleAsync();

        var kept = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const caches_ = await Promise.all((await caches.keys()).map((key) => caches.open(key)));
              const requests = await Promise.all(caches_.map((cache) => cache.keys()));
              return requests.flat().map(({ url }) => new URL(url).pathname);
            }
            """);
        Assert.Contains("/", kept);
        Assert.DoesNotContain(kept, path => path.StartsWith("/api", StringComparison.Ordinal));
    }
}
