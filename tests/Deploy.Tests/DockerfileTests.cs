namespace Cafeteria.Tests;

/// <summary>No engine builds it here, so what it says is compared with what is there.</summary>
public sealed class DockerfileTests
{
    private static readonly string[] Lines = Repository.Read("Dockerfile").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n');

    [Fact]
    public void Everything_it_copies_is_there_and_is_let_into_the_context()
    {
        var let = Repository.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        var copied = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..^1]).ToArray();
        Assert.NotEmpty(copied);
        Assert.All(copied, path =>
        {
            Assert.True(Path.Exists(Repository.PathOf(path)), $"{path} is not there.");
            Assert.Contains(let, root => path == root || path.StartsWith(root + "/", StringComparison.Ordinal));
        });
    }

    /// <summary>Else every change of code would restore packages anew, or a new project would not be restored at all.</summary>
    [Fact]
    public void Every_project_of_the_product_is_restored_before_the_code_comes()
    {
        var code = Array.FindIndex(Lines, line => line == "COPY src src");
        Assert.All(Repository.Files("src", "*.csproj"), project => Assert.InRange(Array.FindIndex(Lines, line => line.StartsWith($"COPY {project} ", StringComparison.Ordinal)), 0, code));
    }

    [Fact]
    public void The_image_runs_as_nobody_in_particular_and_stages_are_of_images_that_can_be_pinned()
    {
        Assert.Equal("USER 1001:1001", Lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.All(Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)), line => Assert.Matches(@"\$\{\w+_IMAGE\}|FROM restore ", line));
        Assert.Contains("ARG GRAIN_HOST=Orleans", Lines);
        Assert.Matches("chiseled", Lines.Single(line => line.StartsWith("ARG RUNTIME_IMAGE=", StringComparison.Ordinal)));
    }
}
