using System.Globalization;
using Cafeteria.Persistence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cafeteria.Silo.Commands;

/// <summary><c>restore</c>: a backup into an empty database.</summary>
internal static class Restore
{
    public static readonly Verb Verb = new(
        "restore", "FILE [--data DIR]", "put a backup into an empty database",
        """
        Puts a backup into an EMPTY database, all of it or nothing, brings it up to date and adds up
        its books. Refused when the database has any table, when the file is damaged, and when it was
        made by a newer version than this. Nothing is ever restored over something: make a new database
        (createdb) and point ConnectionStrings__Cafeteria to it, or name a new --data folder.
        Needs pg_restore of the server's version or newer.

          --data DIR   where the private PostgreSQL keeps its files
        """,
        ["--data"], [], 1, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        var file = Path.GetFullPath(context.Operands[0]);
        if (!File.Exists(file))
            throw new RefusedException($"There is no file {file}.");
        // Before a private server is made for something that is no backup.
        await Backup.ReadManifestAsync(file);
        await using var database = await context.OpenDatabaseAsync();
        var manifest = await Backup.RestoreAsync(database, file);
        var applied = await database.MigrateAsync(NullLogger.Instance);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{database.Name} at {database.Place} is as it was at {manifest.MadeAt:u} (version {manifest.Version}); {applied} migrations were applied to it."));
        return Report.Print(await Books.ReadAsync(database)) ? Verb.Ok : Verb.Failed;
    }
}
