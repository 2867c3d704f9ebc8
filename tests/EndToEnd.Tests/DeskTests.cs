using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>The manager's tables: menu, stock, orders, people, stations, reports.</summary>
[Collection(EndToEnd.Name)]
public sealed class DeskTests(RunningCafeteria cafeteria, Chromium chromium)
{
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    [Fact]
    public async Task A_price_and_a_picture_that_a_manager_sets_are_on_a_student_s_open_menu_and_go_back()
    {
        var dish = await cafeteria.NewDishAsync("priced", 20);
        await using var phone = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var student = await phone.OpenAsync();
        await Expect(student.Dish(dish)).ToContainTextAsync("৳100");
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "manager", $"/desk/menu?q={dish}");

        await page.Button($"Price of {dish}").ClickAsync();
        await page.GetByLabel($"Price of {dish}").FillAsync("not a price");
        await Expect(page.GetByLabel($"Price of {dish}")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByLabel($"Price of {dish}").FillAsync("123.5");
        await page.Keyboard.PressAsync("Enter");
        await Expect(student.Dish(dish)).ToContainTextAsync("৳123.50");

        await page.Button(dish).First.ClickAsync();
        var details = page.GetByRole(AriaRole.Complementary);
        await Expect(details).ToContainTextAsync("100.00 BDT → 123.50 BDT");
        await Expect(details.GetByText("Prices until now").Locator("..")).ToContainTextAsync("৳100");
        await page.Button("Undo").ClickAsync();
        await Expect(student.Dish(dish)).ToContainTextAsync("৳100");

        // The kitchen's word, taken back from the desk.
        _ = (await cafeteria.Client.SendAsync<object>(await cafeteria.CookAsync(), HttpMethod.Post, $"kitchen/items/{dish}/sold-out")).Value;
        await Expect(student.Dish(dish)).ToContainTextAsync("sold out");
        await details.Locator("[data-kitchen-says='sold-out']").GetByRole(AriaRole.Button).ClickAsync();
        await details.Locator("[data-kitchen-says='there']").SoonAsync();
        await Expect(student.Dish(dish)).Not.ToContainTextAsync("sold out");

        await details.GetByLabel("Choose a picture").SetInputFilesAsync(new FilePayload { Name = "dish.png", MimeType = "image/png", Buffer = Png });
        await student.Dish(dish).Locator("img").ScrollIntoViewIfNeededAsync();
        await Expect(student.Dish(dish).Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 1);
        await page.Button("Remove the picture").ClickAsync();
        await Expect(student.Dish(dish).Locator("img")).ToHaveCountAsync(0);

        await page.GetByLabel($"On sale of {dish}").ClickAsync();
        await Expect(student.Dish(dish)).ToContainTextAsync("not today");
    }

    [Fact]
    public async Task What_another_manager_has_changed_since_is_not_undone()
    {
        var dish = await cafeteria.NewDishAsync("of-two", 20);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "manager", $"/desk/menu?q={dish}");
        await PriceAsync("120", "৳120");
        // The other changes the name: that stays when the price is taken back.
        await OtherSavesAsync("Named by another", 12000);
        await page.Button("Undo").ClickAsync();
        await page.Button("Price of Named by another: ৳100").SoonAsync();

        await PriceAsync("130", "৳130", "Named by another");
        await OtherSavesAsync("Named by another", 14000);
        await page.Button("Undo").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new LocatorFilterOptions { HasText = "Somebody else has changed it since. Nothing was undone." })).ToHaveCountAsync(1);
        Assert.Equal(14000, (await cafeteria.Client.GetDishAsync(dish)).Value.Price.Amount);

        async Task PriceAsync(string typed, string shown, string? name = null)
        {
            await page.Button($"Price of {name ?? dish}").ClickAsync();
            await page.GetByLabel($"Price of {name ?? dish}").FillAsync(typed);
            await page.Keyboard.PressAsync("Enter");
            await page.Button($"Price of {name ?? dish}: {shown}").SoonAsync();
            await page.Button("Undo").SoonAsync();
        }

        async Task OtherSavesAsync(string name, int amount) => _ = (await cafeteria.Client.PutDishAsync(
            await cafeteria.ManagerAsync(), dish, new { name, categoryId = "main", price = new Money(amount, "BDT"), prepSeconds = 1 })).Value;
    }

    [Fact]
    public async Task Stock_is_received_written_off_and_counted_with_balanced_books_and_a_ledger_of_who_did_it()
    {
        var dish = await cafeteria.NewDishAsync("counted", 20);
        await cafeteria.BuyAsync(dish, 4);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var manager = await cafeteria.NewStaffAsync("manager");
        var page = await OpenAsync(device, manager, $"/desk/stock?open={dish}");
        var (details, books) = (page.GetByRole(AriaRole.Complementary), page.Locator("[data-books]"));

        await BookAsync(page, "Receive", "10", "DN-7");
        await Expect(books).ToHaveTextAsync("30 received = 26 on hand + 0 being ordered + 4 sold + 0 written off");
        await BookAsync(page, "Write off", "3", "");
        await Expect(details.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Why, please");
        await BookAsync(page, "Write off", "3", "burnt");
        await Expect(books).ToHaveTextAsync("30 received = 23 on hand + 0 being ordered + 4 sold + 3 written off");
        await BookAsync(page, "Count", "25", "");
        await Expect(books).ToHaveTextAsync("32 received = 25 on hand + 0 being ordered + 4 sold + 3 written off");

        var ledger = details.GetByRole(AriaRole.Listitem);
        await Expect(ledger.Filter(new LocatorFilterOptions { HasText = "burnt" })).ToContainTextAsync(manager.Id);
        await Expect(ledger.Filter(new LocatorFilterOptions { HasText = "DN-7" })).ToContainTextAsync("+ 10");
        await details.GetByLabel("With sales").ClickAsync();
        await Expect(ledger.Filter(new LocatorFilterOptions { HasText = "sold" })).ToContainTextAsync("− 4");

        var stock = await cafeteria.Client.GetStockAsync(await cafeteria.ManagerAsync(), dish);
        Assert.Equal(stock.Received, stock.OnHand + stock.Held + stock.Sold + stock.WrittenOff);
        await page.GetByLabel("Low only").ClickAsync();
        await Expect(page.Locator($"[data-row='{dish}']")).ToHaveCountAsync(0);
        await Expect(page).ToHaveURLAsync(new Regex("low=yes"));
    }

    [Fact]
    public async Task An_order_is_found_by_its_number_and_cancelled_for_the_student_whose_tracker_says_so()
    {
        var dish = await cafeteria.NewDishAsync("regretted", 5);
        _ = (await cafeteria.Client.PutDishAsync(await cafeteria.ManagerAsync(), dish, new { name = dish, categoryId = "main", price = new Money(10000, "BDT"), prepSeconds = 600 })).Value;
        var student = await cafeteria.NewStudentAsync();
        var session = await cafeteria.Client.SignInAsync(student.Id, student.Password);
        var order = (await cafeteria.Client.PlaceAsync(session, null, new Line(dish, 2))).Value;
        await using var phone = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var tracker = await phone.OpenSignedInAsync(student, $"/orders/{order.Id}");
        await tracker.Tracker("in_kitchen").SoonAsync();

        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var manager = await cafeteria.NewStaffAsync("manager");
        var page = await OpenAsync(device, manager, "/desk/orders");
        await page.GetByLabel("Number, student or name").FillAsync(order.Number.ToLowerInvariant());
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Button(order.Number).ClickAsync();
        var details = page.GetByRole(AriaRole.Complementary);
        await Expect(details.GetByText("Trace")).ToBeVisibleAsync();
        await details.GetByLabel("Reason, which the student reads").FillAsync("The stove is out");
        await details.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel for the student" }).ClickAsync();
        var confirm = details.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Cancel for the student" });
        await Expect(confirm).ToBeDisabledAsync();
        await page.Keyboard.TypeAsync(order.Number);
        await confirm.ClickAsync();

        await tracker.Tracker("cancelled").SoonAsync();
        await Expect(tracker.GetByText("The stove is out")).ToBeVisibleAsync();
        await Expect(details).ToContainTextAsync(manager.Id);
    }

    [Fact]
    public async Task An_admin_makes_a_kitchen_account_that_signs_in_and_signs_it_out_everywhere()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "admin", "/desk/people?open=new");
        var login = $"cook-{Guid.NewGuid().ToString("N")[..6]}";
        await page.GetByLabel("Login", new PageGetByLabelOptions { Exact = true }).FillAsync(login);
        await page.GetByRole(AriaRole.Complementary).GetByLabel("Name", new LocatorGetByLabelOptions { Exact = true }).FillAsync("Rahim the cook");
        await page.Button("Make the account").ClickAsync();
        var password = await page.Locator("[data-password]").InnerTextAsync();

        await using var kitchen = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var wall = await kitchen.OpenAsync("/sign-in");
        await wall.SignInAsync(new Student(login, password.Trim()));
        await Expect(wall).ToHaveURLAsync(new Regex("/kitchen"));

        await page.GotoAsync($"/desk/people?q={login}&open={login}");
        await page.Button("Sign out everywhere").ClickAsync();
        await Expect(page.Button("Sign out everywhere")).ToBeDisabledAsync();
        await wall.GotoAsync("/orders");
        await Expect(wall.GetByText("Sign in to see your orders.")).ToBeVisibleAsync();

        await page.GetByLabel($"Role of {login}").SelectOptionAsync("waiter");
        await Expect(page.GetByRole(AriaRole.Complementary)).ToContainTextAsync("kitchen → waiter");
    }

    [Fact]
    public async Task A_student_changes_the_password_and_signs_out_on_every_device()
    {
        var student = await cafeteria.NewStudentAsync();
        await using var lost = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var far = await lost.OpenSignedInAsync(student, "/orders");
        await Expect(far.GetByText("No orders yet.")).ToBeVisibleAsync();
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.OpenSignedInAsync(student, "/account");
        await page.GetByText("Change the password").First.ClickAsync();
        await page.GetByLabel("Password until now").FillAsync(student.Password);
        await page.GetByLabel("New password").FillAsync("Lunch-At-Noon");
        await page.Button("Change the password").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).GetByText("The password is changed.")).ToBeVisibleAsync();
        await far.ReloadAsync();
        await Expect(far.GetByText("Sign in to see your orders.")).ToBeVisibleAsync();

        await page.Button("Sign out on every device").ClickAsync();
        await Expect(page.Link("Sign in")).ToBeVisibleAsync();
        await far.ReloadAsync();
        await Expect(far.GetByText("Sign in to see your orders.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_price_is_changed_with_the_keyboard_alone()
    {
        var (one, two) = (await cafeteria.NewDishAsync("keys-a", 3), await cafeteria.NewDishAsync("keys-b", 3));
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Desktop);
        var page = await OpenAsync(device, "manager", "/desk/menu?q=keys-");
        await Expect(page.Button($"Price of {two}")).ToBeVisibleAsync();
        await TabToAsync(page, "table button");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Button($"Price of {one}")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Button($"Price of {two}")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.TypeAsync("77");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Button($"Price of {two}: ৳77")).ToBeFocusedAsync();
        Assert.Equal(10000, (await cafeteria.Client.GetDishAsync(one)).Value.Price.Amount);
    }

    [Theory, MemberData(nameof(Looks.OfTheDesk), MemberType = typeof(Looks))]
    public async Task Every_table_is_accessible_and_fits(Screen screen, ColorScheme theme, string locale)
    {
        await cafeteria.BuyAsync("chicken-biriyani", 2);
        await cafeteria.BuyAsync("coffee", 1);
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, screen, theme, locale);
        var page = await OpenAsync(device, "admin", "/desk/menu");
        var number = 0;
        foreach (var (path, shown) in new[]
        {
            ("menu?open=chicken-biriyani", "aside ol"), ("menu?open=new", "aside form"), ("stock?open=chicken-biriyani", "aside ol li"), ("orders", "tbody tr"),
            ("people?open=kitchen1", "aside button"), ("people?open=new", "aside form"), ("stations", "tbody tr"), ("reports?by=item", "tbody tr"), ("reports/changes", "tbody tr"), ("orders?q=no-such-thing", "main p.card"),
        })
        {
            // Forms and empty lists are the same on a phone.
            if (screen is Screen.Phone && (path.EndsWith("=new", StringComparison.Ordinal) || path.Contains("q=", StringComparison.Ordinal)))
                continue;
            await page.GotoAsync($"/desk/{path}");
            await page.Locator(shown).First.SoonAsync();
            if (path == "orders")
            {
                await page.Locator("tbody tr button").First.ClickAsync();
                await page.Locator("aside dl").SoonAsync();
            }

            await page.EvaluateAsync("() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished))");
            var folder = Path.Combine(RunningCafeteria.Repository, "artifacts", "screenshots");
            Directory.CreateDirectory(folder);
            await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = Path.Combine(folder, $"desk-{screen}-{theme}-{locale[..2]}-{++number:D2}-{Regex.Match(path, "^[a-z]+").Value}.png".ToLowerInvariant()),
                FullPage = screen is Screen.Phone,
            });
            var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(wide <= 0, $"{path} should not scroll sideways; it is {wide} px too wide.");
            await Accessibility.CheckAsync(page, path);
        }
    }

    private async Task<IPage> OpenAsync(Device device, string role, string path) => await OpenAsync(device, await cafeteria.NewStaffAsync(role), path);

    private static async Task<IPage> OpenAsync(Device device, Student staff, string path)
    {
        var page = await device.OpenAsync("/sign-in");
        await page.SignInAsync(staff);
        await Expect(page).ToHaveURLAsync(new Regex("/desk"));
        await page.GotoAsync(path);
        return page;
    }

    private static async Task BookAsync(IPage page, string deed, string quantity, string text)
    {
        var details = page.GetByRole(AriaRole.Complementary);
        await details.Locator("fieldset label").Filter(new LocatorFilterOptions { HasText = deed }).ClickAsync();
        await details.Locator("input[name=quantity]").FillAsync(quantity);
        await details.Locator("input[name=text]").FillAsync(text);
        await details.Locator("form button[type=submit]").ClickAsync();
    }

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            if (await page.EvaluateAsync<bool>("(selector) => document.activeElement?.matches(selector) ?? false", selector))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{selector} should be reached by Tab.");
    }
}
