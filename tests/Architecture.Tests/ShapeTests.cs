namespace Cafeteria.Tests;

/// <summary>How the sources are laid out.</summary>
public sealed class ShapeTests
{
    private static readonly string[] Vague = ["Services", "Service", "Helpers", "Helper", "Managers", "Manager", "Common", "Utils", "Util", "Utilities", "Misc", "Shared"];

    /// <summary>What a feature is called is the same in every project that has a part of it.</summary>
    private static readonly string[] Features =
    [
        "Accounts", "Audit", "Kitchen", "Menu", "Orders", "Reports", "Stock", "Students", "Tenants", "Tracking",
        "Http", "Operations", "Storage",
    ];

    [Fact]
    public void No_folder_is_named_for_what_things_are_instead_of_what_they_are_about()
    {
        foreach (var project in Repository.Projects)
            Assert.Empty(Repository.Folders(project).Where(folder => Vague.Contains(Path.GetFileName(folder), StringComparer.OrdinalIgnoreCase)));
    }

    [Fact]
    public void No_file_or_type_is_a_manager_a_helper_or_a_bag()
    {
        // The embedded silo has Orleans' names, good or not.
        foreach (var project in Repository.Projects.Except(["EmbeddedSilo"]))
            Assert.Empty(Repository.Sources(project).Where(file =>
                Vague.Any(word => Path.GetFileNameWithoutExtension(file).EndsWith(word, StringComparison.Ordinal) && word is not ("Service" or "Services" or "Shared"))));
    }

    [Theory]
    [InlineData("Grains.Abstractions")]
    [InlineData("Grains")]
    [InlineData("Api")]
    public void Folders_are_features(string project)
    {
        var top = Directory.EnumerateDirectories(Repository.Folder(project)).Select(folder => Path.GetFileName(folder)!).Except(["bin", "obj"]);

        Assert.Empty(top.Except(Features));
    }

    [Fact]
    public void The_program_is_a_table_of_contents() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Folder("Silo"), "Program.cs")).Count(), 1, 60);

    [Fact]
    public void Nothing_is_left_to_be_done_later()
    {
        foreach (var project in Repository.Projects)
            foreach (var file in Repository.Sources(project))
                Assert.DoesNotContain(File.ReadLines(file), line =>
                    line.Contains("TODO", StringComparison.Ordinal) || line.Contains("FIXME", StringComparison.Ordinal)
                    || line.Contains("NotImplementedException", StringComparison.Ordinal));
    }

    [Fact]
    public void Logging_is_source_generated()
    {
        foreach (var project in Repository.Projects)
            foreach (var file in Repository.Sources(project))
                Assert.DoesNotContain(File.ReadLines(file), line =>
                    line.Contains(".LogInformation(", StringComparison.Ordinal) || line.Contains(".LogWarning(", StringComparison.Ordinal)
                    || line.Contains(".LogError(", StringComparison.Ordinal) || line.Contains(".LogDebug(", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_test_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Cafeteria.slnx"));
        foreach (var project in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.csproj", SearchOption.AllDirectories))
            Assert.Contains($"tests/{Path.GetFileName(Path.GetDirectoryName(project))}/{Path.GetFileName(project)}", solution, StringComparison.Ordinal);
    }
}
