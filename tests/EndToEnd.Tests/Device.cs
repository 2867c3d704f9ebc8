using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>A browser of one person, with what they do in it. Ends with a failure when a page broke or breached its policy.</summary>
public sealed class Device : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private string? _expected;

    internal Device(IBrowserContext context)
    {
        Context = context;
        context.Page += (_, page) => Listen(page);
    }

    public IBrowserContext Context { get; }

    /// <summary>Complaints that say this are what the test is about.</summary>
    public void Expecting(string complaint) => _expected = complaint;

    public async Task<IPage> OpenAsync(string path = "/")
    {
        var page = await Context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    public async Task<IPage> OpenSignedInAsync(Student student, string path = "/")
    {
        var page = await OpenAsync("/sign-in");
        await page.SignInAsync(student);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/$"));
        if (path != "/")
            await page.GotoAsync(path);
        return page;
    }

    /// <summary>Signed in already, as somebody who works here.</summary>
    public async Task<IPage> OpenAsAsync(Session session, string path, string role = "kitchen")
    {
        var stored = JsonSerializer.Serialize(new
        {
            refreshToken = session.RefreshToken,
            user = new { id = session.Login, studentId = session.Login, fullName = session.Login, email = "", role, tenantId = "iut" },
            access = new { token = session.AccessToken, expiresAt = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds() },
        });
        await Context.AddInitScriptAsync($"if (location.protocol !== 'about:') localStorage.setItem('cafeteria.session', {JsonSerializer.Serialize(stored)})");
        return await OpenAsync(path);
    }

    public async ValueTask DisposeAsync()
    {
        await Context.DisposeAsync();
        Assert.Empty(_complaints);
    }

    private void Listen(IPage page)
    {
        page.PageError += (_, error) => _complaints.Enqueue(error);
        page.Console += (_, message) =>
        {
            // A refused or lost request is part of what is tested; the browser says it in the console as well.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)
                && (_expected is null || !message.Text.Contains(_expected, StringComparison.Ordinal)))
                _complaints.Enqueue(message.Text);
        };
    }
}

internal static class Person
{
    public static ILocator Dish(this IPage page, string id) => page.Locator($"[data-item='{id}']");

    public static ILocator CartLine(this IPage page, string id) => page.Locator($"[data-line='{id}']:visible");

    public static ILocator Button(this IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name });

    public static ILocator Link(this IPage page, string name) => page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name });

    /// <summary>The tracker of an order that stands so.</summary>
    public static ILocator Tracker(this IPage page, string status) => page.Locator($"[data-status='{status}']");

    public static async Task SignInAsync(this IPage page, Student student)
    {
        await page.Locator("input[name=login]").FillAsync(student.Id);
        await page.Locator("input[name=password]").FillAsync(student.Password);
        await page.Locator("form button[type=submit]").ClickAsync();
    }

    public static Task AddAsync(this IPage page, string dish) => page.Dish(dish).GetByRole(AriaRole.Button).Last.ClickAsync();

    /// <summary>The cart with one portion of each dish, its button not yet pressed.</summary>
    public static async Task FillCartAsync(this IPage page, params string[] dishes)
    {
        foreach (var dish in dishes)
            await page.AddAsync(dish);
        await page.GotoAsync("/cart");
        foreach (var dish in dishes)
            await Expect(page.CartLine(dish)).ToBeVisibleAsync();
    }

    public static Task PlaceAsync(this IPage page) => page.Button("Place order").ClickAsync();

    /// <summary>A condition that comes true by itself; the limit is for a machine that is busy.</summary>
    public static Task SoonAsync(this ILocator locator, int seconds = 20) =>
        Expect(locator).ToBeVisibleAsync(new LocatorAssertionsToBeVisibleOptions { Timeout = seconds * 1000 });
}
