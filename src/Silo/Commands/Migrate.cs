using Microsoft.Extensions.Logging.Abstractions;

namespace Cafeteria.Silo.Commands;

/// <summary><c>migrate</c>: what every start does by itself, on its own.</summary>
internal static class Migrate
{
    public static readonly Verb Verb = new(
        "migrate", "[--list] [--data DIR]", "bring the database up to date",
        """
        Applies the migrations that the database lacks, all of them or none, and says which. A starting
        process does the same; this is for doing it before a release, while the old version serves.

          --list       only say what is there and what would be done
          --data DIR   where the private PostgreSQL keeps its files
        """,
        ["--data"], ["--list"], 0, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        await using var database = await context.OpenDatabaseAsync();
        var before = await database.SchemaAsync();
        if (context.Has("--list"))
        {
            foreach (var name in before.Applied)
                Console.WriteLine($"{(before.Newer.Contains(name) ? "newer  " : "applied")}  {name}");
            foreach (var name in before.Missing)
                Console.WriteLine($"missing  {name}");
            return Verb.Ok;
        }

        await database.MigrateAsync(NullLogger.Instance);
        foreach (var name in before.Missing)
            Console.WriteLine($"applied  {name}");
        Console.WriteLine(before.Missing.Count == 0
            ? $"The database {database.Name} at {database.Place} was up to date."
            : $"The database {database.Name} at {database.Place} is up to date.");
        return Verb.Ok;
    }
}
