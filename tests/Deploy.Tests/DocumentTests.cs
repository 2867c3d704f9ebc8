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
    public void Every_line_of_the_log_that_a_page_quotes_is_one_that_is_written()
    {
        var (page, code) = (Repository.Read("docs/operations.md"), string.Join('\n', Repository.Files("src", "*.cs").Select(Repository.Read)));
        Assert.All((string[])["Another process has served since", "could not be advanced", "asks order"], line =>
        {
            Assert.Contains(line, page, StringComparison.Ordinal);
            Assert.Contains(line, code, StringComparison.Ordinal);
        });
    }

    /// <summary>One-off containers have nobody who serves in them, and some verbs are refused while anybody does.</summary>
    [Fact]
    public void Verbs_are_run_where_they_can_succeed()
    {
        var page = Repository.Read("docs/operations.md");
        Assert.DoesNotMatch(@"compose run [^`\n]*silo check(?! --books)", page);
        Assert.DoesNotMatch(@"exec [^`\n]*Cafeteria\.Silo\.dll (reset|seed|restore)", page);
        Assert.Contains("ENTRYPOINT [\"dotnet\", \"/app/Cafeteria.Silo.dll\"]", Repository.Read("Dockerfile"), StringComparison.Ordinal);
    }

    /// <summary>What is asked of Loki is asked of both kinds of stacks.</summary>
    [Fact]
    public void Logs_have_the_same_labels_wherever_they_come_from()
    {
        Assert.Equal(SiloStages("deploy/alloy/config.alloy"), SiloStages("deploy/alloy/kubernetes.alloy"));

        static string SiloStages(string file)
        {
            var text = Repository.Read(file);
            var at = text.IndexOf("  stage.match {", StringComparison.Ordinal);
            return text[at..text.IndexOf("\n  }\n", at, StringComparison.Ordinal)];
        }
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
