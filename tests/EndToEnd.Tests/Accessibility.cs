using Microsoft.Playwright;

namespace Cafeteria.Tests;

/// <summary>What axe says of a page: WCAG 2.2 AA and its best practices.</summary>
internal static class Accessibility
{
    private static readonly Lazy<string> Axe = new(() =>
        File.ReadAllText(Path.Combine(RunningCafeteria.Repository, "src", "Web", "node_modules", "axe-core", "axe.min.js")));

    public static async Task CheckAsync(IPage page, string name)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            await page.EvaluateAsync(Axe.Value);
        var violations = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const { violations } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
              return violations.flatMap(({ id, nodes }) => nodes
                // What lies under a bar that floats can be scrolled out from under it; the other measures of size hold.
                .filter((node) => !(id === 'target-size' && node.failureSummary.includes('partially obscured')))
                .map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`));
            }
            """);
        Assert.True(violations.Length == 0, $"{name}: {string.Join('\n', violations)}");
    }

    /// <summary>What moves has come to rest; photographed, as wide as the screen and no wider, and read.</summary>
    public static async Task LookAsync(IPage page, string picture, bool whole = false)
    {
        await page.EvaluateAsync("() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished))");
        var folder = Path.Combine(RunningCafeteria.Repository, "artifacts", "screenshots");
        Directory.CreateDirectory(folder);
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{picture}.png"), FullPage = whole });
        var wide = await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(wide <= 0, $"{picture} should not scroll sideways; it is {wide} px too wide.");
        await CheckAsync(page, picture);
    }
}
