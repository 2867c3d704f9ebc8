using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

[Collection(EndToEnd.Name)]
public sealed class TrackingTests(RunningCafeteria cafeteria, Chromium chromium)
{
    [Fact]
    public async Task The_tracker_goes_on_by_itself_when_the_server_is_killed_and_comes_back()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("pizza");
        await page.PlaceAsync();
        await page.Tracker("in_kitchen").SoonAsync();

        cafeteria.Kill();
        await page.GetByText("Connection lost.").SoonAsync();
        await cafeteria.RestartAsync();

        await page.Tracker("ready").SoonAsync(60);
        await Expect(page.GetByText("Connection lost.")).ToHaveCountAsync(0);
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }

    [Fact]
    public async Task An_order_placed_while_the_server_is_dead_is_accepted_once_when_it_is_back()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");

        cafeteria.Kill();
        await page.PlaceAsync();
        await page.GetByText("Still trying. Your order will not be placed twice.").SoonAsync();
        await cafeteria.RestartAsync();

        await page.Tracker("ready").SoonAsync(60);
        Assert.Single(await cafeteria.OrdersOfAsync(student));
    }

    [Fact]
    public async Task A_screen_reader_hears_each_step()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");
        await page.PlaceAsync();

        var said = page.GetByRole(AriaRole.Status);
        await said.Filter(new LocatorFilterOptions { HasText = ": Ready" }).First.WaitForAsync(
            new LocatorWaitForOptions { State = WaitForSelectorState.Attached, Timeout = 40_000 });
    }

    [Fact]
    public async Task The_tracker_counts_down_how_many_wait_before_it()
    {
        await using var byHand = await cafeteria.CookByHandAsync();
        var cook = await cafeteria.CookAsync();
        var before = await cafeteria.OrderAsync(new Line("coffee", 1));
        var student = await cafeteria.NewStudentAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student);
        await page.FillCartAsync("coffee");
        await page.PlaceAsync();
        await page.GetByText(" ahead of you").SoonAsync();
        var ahead = int.Parse(await page.Locator("[data-ahead]").GetAttributeAsync("data-ahead") ?? "", System.Globalization.CultureInfo.InvariantCulture);

        await StepAsync(before, "start");
        await page.Locator($"[data-ahead='{ahead - 1}']").SoonAsync();
        var order = Assert.Single(await cafeteria.OrdersOfAsync(student));
        await StepAsync(order, "start");
        await page.Tracker("in_kitchen").SoonAsync();
        await Expect(page.Locator("[data-ahead]")).ToHaveCountAsync(0);
        await StepAsync(before, "done");
        await StepAsync(order, "done");
        await page.Tracker("ready").SoonAsync();

        async Task StepAsync(Order order, string step) =>
            _ = (await cafeteria.Client.SendAsync<object>(cook, HttpMethod.Post, $"kitchen/stations/main/tickets/{order.Id}/{step}")).Value;
    }

    [Fact]
    public async Task An_order_of_somebody_else_is_not_there()
    {
        var owner = await cafeteria.NewStudentAsync();
        var session = await cafeteria.Client.SignInAsync(owner.Id, owner.Password);
        var order = (await cafeteria.Client.PlaceAsync(session, null, new Line("coffee", 1))).Value;
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(await cafeteria.NewStudentAsync(), $"/orders/{order.Id}");
        await page.GetByText("There is no such order, or it is not yours.").SoonAsync();
    }
}
