using System.Globalization;
using Cafeteria.Persistence;

namespace Cafeteria.Silo.Commands;

/// <summary><c>backup</c>: everything there is, in one file.</summary>
internal static class BackUp
{
    public static readonly Verb Verb = new(
        "backup", "FILE [--data DIR]", "write everything into one file",
        """
        Writes one consistent snapshot of the database into FILE, while orders go on. FILE must not
        exist; it has its name only once it is whole, and only its owner may read it: there are
        password hashes and signing keys in it. It is a tar archive: cafeteria.json says which version
        made it and which migrations are in it, database.dump is pg_dump's, readable by pg_restore.
        Needs pg_dump of the server's version or newer.

          --data DIR   where the private PostgreSQL keeps its files
        """,
        ["--data"], [], 1, RunAsync);

    private static async Task<int> RunAsync(VerbContext context)
    {
        var file = Path.GetFullPath(context.Operands[0]);
        if (Path.Exists(file))
            throw new RefusedException($"{file} exists; a backup is never written over: name a new file.");
        await using var database = await context.OpenDatabaseAsync();
        var manifest = await Backup.WriteAsync(database, file, ProductVersion.Text);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{file}: {new FileInfo(file).Length} bytes, database {database.Name} of {manifest.MadeAt:u}, version {manifest.Version}, newest migration {(manifest.Schema is [.., var newest] ? newest : "none")}."));
        return Verb.Ok;
    }
}
