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
}
