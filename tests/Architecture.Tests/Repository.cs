using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Cafeteria.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    public static readonly string[] Projects = ["Grains.Abstractions", "Grains", "EmbeddedSilo", "Persistence", "Api", "Silo"];

    public static string Root { get; } = Find();

    public static string Folder(string project) => Path.Combine(Root, "src", project);

    /// <summary>Every source file of a project, what was generated left out.</summary>
    public static IEnumerable<string> Sources(string project) =>
        Directory.EnumerateFiles(Folder(project), "*.cs", SearchOption.AllDirectories).Where(file => !IsGenerated(project, file));

    public static IEnumerable<string> Folders(string project) =>
        Directory.EnumerateDirectories(Folder(project), "*", SearchOption.AllDirectories).Where(folder => !IsGenerated(project, folder + "/"));

    public static XDocument ProjectFile(string project) => XDocument.Load(Path.Combine(Folder(project), $"{project}.csproj"));

    /// <summary>The names of the projects that this one names itself; the grain host comes by build/GrainHost.props.</summary>
    public static string[] ReferencesOf(string project) =>
        [.. ProjectFile(project).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)).Order()];

    public static string[] PackagesOf(string project) =>
        [.. ProjectFile(project).Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!).Order()];

    private static bool IsGenerated(string project, string path) =>
        Path.GetRelativePath(Folder(project), path).Split(Path.DirectorySeparatorChar)[0] is "obj" or "bin" or "node_modules" or "dist";

    private static string Find([CallerFilePath] string here = "")
    {
        // With deterministic builds the path of this file is not a real one; then the folder of the binaries leads there.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory })
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "build", "GrainHost.props")) && Directory.Exists(Path.Combine(folder, "src")))
                    return folder;
        throw new InvalidOperationException("These tests look at the sources, and run from inside the checkout.");
    }
}
