using Microsoft.Playwright;

namespace Cafeteria.Tests;

/// <summary>The machine's own Chromium; nothing is downloaded. <c>CHROMIUM</c> names another.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Flags =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async Task InitializeAsync()
    {
        var path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";
        if (!File.Exists(path))
            throw new InvalidOperationException($"There is no {path}: apt-get install chromium, or name one in CHROMIUM.");
        // Nothing here waits for a time, only for things to happen; on a busy machine five seconds are too few for a sign-in.
        Assertions.SetDefaultExpectTimeout(20_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, Args = Flags });
    }

    /// <summary>A device that nobody has used before.</summary>
    public async Task<Device> NewDeviceAsync(Uri address, Screen screen, ColorScheme theme = ColorScheme.Light, string locale = "en-GB", bool serviceWorkers = false)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.OriginalString,
            ViewportSize = screen switch
            {
                Screen.Phone => new ViewportSize { Width = 360, Height = 780 },
                Screen.Wall => new ViewportSize { Width = 1920, Height = 1080 },
                Screen.Tablet => new ViewportSize { Width = 1024, Height = 768 },
                _ => new ViewportSize { Width = 1280, Height = 800 },
            },
            HasTouch = screen is Screen.Phone or Screen.Tablet,
            DeviceScaleFactor = screen is Screen.Phone ? 2 : 1,
            ColorScheme = theme,
            Locale = locale,
            TimezoneId = "Asia/Dhaka",
            // Requests that pass through one cannot be held or broken by a test.
            ServiceWorkers = serviceWorkers ? ServiceWorkerPolicy.Allow : ServiceWorkerPolicy.Block,
        });
        context.SetDefaultTimeout(15_000);
        return new Device(context);
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}

public enum Screen
{
    Phone,
    Desktop,

    /// <summary>In the kitchen and in the hall.</summary>
    Wall,

    /// <summary>At a station.</summary>
    Tablet,
}
