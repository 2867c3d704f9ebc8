using System.Collections.Concurrent;
using System.IO.Compression;
using Microsoft.Playwright;
using Xunit.Abstractions;
using static Microsoft.Playwright.Assertions;

namespace Cafeteria.Tests;

/// <summary>What the student's first load may cost, measured on what was built.</summary>
[Collection(EndToEnd.Name)]
public sealed class BudgetTests(RunningCafeteria cafeteria, Chromium chromium, ITestOutputHelper output)
{
    private const int MostScript = 130 * 1024;
    private const double MostShift = 0.02;
    private const double MostPaintMs = 1000;
    private const int Slowdown = 4;

    /// <summary>
    /// How many times as long as alone a page's work takes here at this moment, because others use the machine as well: many
    /// small pieces of the same work, their mean against one of the quickest, which nobody interrupted. No page is measured
    /// against how fast this machine was when the test was written.
    /// </summary>
    private const string Busy =
        """
        () => {
          const piece = () => {
            const start = performance.now();
            let sum = 0;
            for (let i = 0; i < 1_000_000; i++) sum = (sum * 31 + i) | 0;
            window.sum = sum;
            return performance.now() - start;
          };
          for (let i = 0; i < 20; i++) piece();
          const times = Array.from({ length: 150 }, piece).sort((one, other) => one - other);
          return times.reduce((sum, time) => sum + time) / times.length / times[15];
        }
        """;

    [Fact]
    public async Task The_first_load_is_130_KB_of_script_at_most()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.Context.NewPageAsync();
        var scripts = new ConcurrentBag<IResponse>();
        page.Response += (_, response) =>
        {
            if (response.Request.ResourceType == "script")
                scripts.Add(response);
        };
        await page.GotoAsync("/");
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();

        var sizes = await Task.WhenAll(scripts.Select(async script => (script.Url, Size: Gzipped(await script.BodyAsync()))));
        Assert.NotEmpty(sizes);
        var total = sizes.Sum(script => script.Size);
        output.WriteLine($"{total / 1024.0:F1} KB");
        Assert.True(total <= MostScript, $"{total / 1024.0:F1} KB of script, {MostScript / 1024} KB at most:\n{string.Join('\n', sizes.Select(script => $"{script.Url} {script.Size}"))}");
    }

    [Fact]
    public async Task The_menu_is_painted_within_a_second_on_a_slow_phone()
    {
        // What others take from a loop of known work, they take from the page as well. A page that has become slow is so in
        // every round; a machine that is busy is not.
        var rounds = new List<string>();
        for (var round = 0; round < 3; round++)
        {
            var loads = new List<(double Paint, double Busy)>();
            for (var load = 0; load < 3; load++)
                loads.Add(await LoadAsync());
            var median = loads.Select(load => load.Paint / load.Busy).Order().ElementAt(1);
            rounds.Add($"{median:F0} ms of {string.Join(", ", loads.Select(load => $"{load.Paint:F0} ms on a machine {load.Busy:F1} times as busy"))}");
            output.WriteLine(rounds[^1]);
            if (median <= MostPaintMs)
                return;
        }

        Assert.Fail($"The largest paint should come within {MostPaintMs} ms. Medians: {string.Join("; ", rounds)}");
    }

    [Fact]
    public async Task Nothing_jumps_while_a_page_loads()
    {
        var student = await cafeteria.NewStudentAsync();
        var session = await cafeteria.Client.SignInAsync(student.Id, student.Password);
        var order = (await cafeteria.Client.PlaceAsync(session, null, new Line("coffee", 1))).Value;
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        await device.Context.AddInitScriptAsync(
            """
            window.shifted = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
            }).observe({ type: "layout-shift", buffered: true });
            """);
        var page = await device.OpenAsync();
        await StandsStillAsync("/", page.Dish("coffee"));
        await page.GotoAsync("/sign-in");
        await page.SignInAsync(student);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/$"));
        await StandsStillAsync("/", page.Button("Order again"));
        await page.AddAsync("coffee");
        await StandsStillAsync("/cart", page.CartLine("coffee"));
        await StandsStillAsync("/orders", page.Locator("main li a").First);
        // Ready at last: a step taken in the middle of loading changes the page by right.
        for (var asked = 0; (await cafeteria.Client.GetOrderAsync(session, order.Id)).Value.Status != "ready"; asked++)
        {
            Assert.True(asked < 300, "The order should be ready within 60 s.");
            await Task.Delay(200);
        }

        await StandsStillAsync($"/orders/{order.Id}", page.Locator("div[data-status]"));

        async Task StandsStillAsync(string path, ILocator shown)
        {
            await page.GotoAsync(path);
            await shown.SoonAsync();
            // A frame after the last font: what it moved has been seen.
            await page.EvaluateAsync("async () => { await document.fonts.ready; await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))); }");
            var shifted = await page.EvaluateAsync<double>("() => window.shifted");
            output.WriteLine($"{path} {shifted:F4}");
            Assert.True(shifted <= MostShift, $"The layout of {path} shifted by {shifted}; {MostShift} at most.");
        }
    }

    private async Task<(double Paint, double Busy)> LoadAsync()
    {
        await using var device = await chromium.NewDeviceAsync(cafeteria.Address, Screen.Phone);
        var page = await device.Context.NewPageAsync();
        var devTools = await device.Context.NewCDPSessionAsync(page);
        var before = await page.EvaluateAsync<double>(Busy);
        await SlowDownAsync(Slowdown);
        await page.GotoAsync("/");
        await Expect(page.Dish("coffee")).ToBeVisibleAsync();
        // The last entry stands when nothing larger has come by the next frame after the fonts.
        var paint = await page.EvaluateAsync<double>(
            """
            async () => {
              await document.fonts.ready;
              await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
              return new Promise((found) => new PerformanceObserver((list) => found(list.getEntries().at(-1).startTime))
                .observe({ type: "largest-contentful-paint", buffered: true }));
            }
            """);
        await SlowDownAsync(1);
        var after = await page.EvaluateAsync<double>(Busy);
        return (paint, Math.Max(1, (before + after) / 2));

        Task SlowDownAsync(int times) => devTools.SendAsync("Emulation.setCPUThrottlingRate", new Dictionary<string, object> { ["rate"] = times });
    }

    private static int Gzipped(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(body);
        return packed.ToArray().Length;
    }
}
