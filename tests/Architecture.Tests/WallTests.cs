using System.Reflection;

namespace Cafeteria.Tests;

/// <summary>Who may know whom. What stands in project files is the intention, what assemblies refer to is the fact: both are held.</summary>
public sealed class WallTests
{
    [Fact]
    public void Dependencies_point_one_way()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["Grains.Abstractions"] = [],
            ["EmbeddedSilo"] = [],
            ["Grains"] = ["Grains.Abstractions"],
            ["Persistence"] = ["Grains.Abstractions"],
            ["Api"] = ["Grains.Abstractions"],
            ["Silo"] = ["Api", "Grains", "Persistence"],
        };

        foreach (var project in Repository.Projects)
            Assert.Equal((project, string.Join(", ", allowed[project])), (project, string.Join(", ", Repository.ReferencesOf(project))));
    }

    [Theory]
    [InlineData("Grains.Abstractions")]
    [InlineData("Grains")]
    public void Grains_know_neither_the_database_nor_http(string project)
    {
        Assert.Empty(ReferencesOf(project).Where(name => IsDatabase(name) || IsHttp(name)));
        Assert.Empty(Repository.ProjectFile(project).Descendants("FrameworkReference"));
    }

    [Fact]
    public void Http_knows_neither_the_database_nor_the_grains_themselves()
    {
        Assert.Empty(ReferencesOf("Api").Where(IsDatabase));
        Assert.Equal(["Cafeteria.Grains.Abstractions"], Ours("Api"));
    }

    [Fact]
    public void The_database_knows_neither_http_nor_the_grains_themselves()
    {
        Assert.Empty(ReferencesOf("Persistence").Where(IsHttp));
        Assert.Equal(["Cafeteria.Grains.Abstractions"], Ours("Persistence"));
    }

    [Fact]
    public void Only_one_project_names_the_packages_of_Orleans_that_differ_by_composition()
    {
        foreach (var project in Repository.Projects.Except(["Silo"]))
            Assert.Empty(Repository.PackagesOf(project).Where(package => package.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_embedded_silo_depends_on_nothing_but_dotnet()
    {
        Assert.Empty(Repository.PackagesOf("EmbeddedSilo"));
        Assert.Empty(Repository.ReferencesOf("EmbeddedSilo"));
        Assert.Empty(Repository.ProjectFile("EmbeddedSilo").Descendants("Import"));
    }

    [Theory]
    [InlineData("Grains.Abstractions")]
    [InlineData("Grains")]
    [InlineData("Api")]
    [InlineData("Persistence")]
    public void Only_the_composition_knows_which_host_there_is(string project)
    {
        foreach (var file in Repository.Sources(project))
            Assert.DoesNotContain(File.ReadLines(file), line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal)
                || line.Contains("Cafeteria.EmbeddedSilo", StringComparison.Ordinal));
    }

    [Fact]
    public void Grain_classes_are_internal_so_that_only_interfaces_can_be_called() =>
        Assert.Empty(Load("Grains").GetTypes().Where(type => type.IsAssignableTo(typeof(Grain)) && (type.IsPublic || !type.IsSealed)));

    /// <summary>The grain host aside: ours that a project's assembly refers to.</summary>
    private static IEnumerable<string> Ours(string project) =>
        ReferencesOf(project).Where(name => name.StartsWith("Cafeteria.", StringComparison.Ordinal) && name is not "Cafeteria.EmbeddedSilo");

    private static IEnumerable<string> ReferencesOf(string project) => Load(project).GetReferencedAssemblies().Select(name => name.Name!).Order();

    private static Assembly Load(string project) => Assembly.Load($"Cafeteria.{project}");

    private static bool IsDatabase(string name) => name is "Npgsql" or "Dapper" or "System.Data.Common";

    private static bool IsHttp(string name) => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
}
