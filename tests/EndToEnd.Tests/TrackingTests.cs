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
