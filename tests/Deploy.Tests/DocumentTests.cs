using System.Text.RegularExpressions;

namespace Cafeteria.Tests;

/// <summary>Somebody woken at three follows a link: it must lead to a page that is there.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public async Task Every_alert_leads_to_a_symptom_that_is_written_about()
    {
        using var document = await Tool.YamlAsync(Repository.PathOf("deploy/prometheus/alerts.yml"));
        var headings = Heading().Matches(Repository.Read("docs/operations.md")).Select(match => $"docs/operations.md#{Anchor(match.Groups[1].Value)}").ToHashSet();
        foreach (var rule in document.RootElement.EnumerateObject().Single().Value[0].GetProperty("groups")[0].GetProperty("rules").EnumerateArray())
        {
            var annotations = rule.GetProperty("annotations");
            Assert.Contains(annotations.GetProperty("runbook").GetString()!, headings);
            Assert.NotEmpty(annotations.GetProperty("summary").GetString()!);
            Assert.NotEmpty(annotations.GetProperty("action").GetString()!);
            Assert.Contains(rule.GetProperty("labels").GetProperty("severity").GetString(), (string[])["critical", "warning", "info"]);
        }
    }

    [Fact]
    public void Every_file_that_a_page_links_to_is_there()
    {
        string[] pages = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "docs/operations.md", "docs/capacity.md", "deploy/kubernetes/README.md"];
        Assert.All(pages, page => Assert.All(
            Link().Matches(Repository.Read(page)).Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#')),
            link => Assert.True(Path.Exists(Repository.PathOf(Path.Combine(Path.GetDirectoryName(page)!, link.Split('#')[0]))), $"{page} links to {link}, which is not there.")));
    }

    [Fact]
    public async Task Workflows_pass_actionlint_name_actions_by_their_commit_and_may_do_little()
    {
        string[] workflows = [.. Repository.Files(".github/workflows", "*.yml")];
        Assert.Equal([".github/workflows/ci.yml", ".github/workflows/integration.yml", ".github/workflows/release.yml"], workflows);
        var answer = await Tool.RunAsync("node", [Repository.PathOf("tests/Deploy.Tests/checks/workflows.mjs"), .. workflows.Select(Repository.PathOf)]);
        Assert.True(answer.ExitCode == 0, answer.Output + answer.Errors);
        Assert.All(workflows, workflow =>
        {
            var text = Repository.Read(workflow);
            Assert.All(Use().Matches(text), use => Assert.Matches("^[^@]+@[0-9a-f]{40} # v[0-9.]+$", use.Groups[1].Value));
            Assert.Matches(@"(?m)^permissions:\n  contents: read$", text);
        });
    }

    private static string Anchor(string heading) => NotInAnchors().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("(?m)^#+ (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("(?m)^ *-? *uses: (.+)$")]
    private static partial Regex Use();

    [GeneratedRegex("[^a-z0-9 -]")]
    private static partial Regex NotInAnchors();
}
