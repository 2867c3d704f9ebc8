using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cafeteria.Tests;

/// <summary>A backup takes away what it made itself and nothing of anybody else's.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cafeteria-backup-");

    private string Monday => Path.Combine(_folder.FullName, "monday");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("monday.dump")]
    [InlineData("monday.part")]
    public async Task A_file_of_somebody_else_with_a_name_that_it_needs_is_left_as_it_was(string name)
    {
        var theirs = Path.Combine(_folder.FullName, name);
        await File.WriteAllTextAsync(theirs, "theirs");
        await using var database = await OpenAsync();

        var refusal = await Assert.ThrowsAsync<BackupException>(() => Backup.WriteAsync(database, Monday, "1"));

        Assert.Contains("name a new file", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([theirs], Directory.GetFiles(_folder.FullName));
        Assert.Equal("theirs", await File.ReadAllTextAsync(theirs));
    }

    [Fact]
    public async Task Of_two_with_one_name_at_once_one_is_whole_and_the_other_is_refused()
    {
        await using var database = await OpenAsync();

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ => await Record.ExceptionAsync(() => Backup.WriteAsync(database, Monday, "1"))));

        Assert.IsType<BackupException>(Assert.Single(both, failure => failure is not null));
        Assert.Equal([Monday], Directory.GetFiles(_folder.FullName));
        Assert.Equal("1", (await Backup.ReadManifestAsync(Monday)).Version);
    }

    private static async Task<Maintenance> OpenAsync()
    {
        var options = new DatabaseOptions { ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() };
        return await Maintenance.OpenAsync(options, NullLogger.Instance);
    }
}
