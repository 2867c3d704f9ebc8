using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>What a backup says of itself, before anything of it is believed.</summary>
/// <param name="Version">Of the product that made it.</param>
/// <param name="Schema">The migrations in it, in their order.</param>
/// <param name="Sha256">Of the dump beside it.</param>
public sealed record BackupManifest(string Product, string Version, IReadOnlyList<string> Schema, string Postgres, DateTimeOffset MadeAt, string Sha256);

/// <summary>A backup cannot be made or restored. The message is one sentence: why, and what to do.</summary>
public sealed class BackupException : Exception
{
    public BackupException(string message) : base(message)
    {
    }

    public BackupException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    public BackupException() : this("The backup cannot be used.")
    {
    }
}

/// <summary>
/// A backup is a tar archive of two files: <c>cafeteria.json</c> (<see cref="BackupManifest"/>) and <c>database.dump</c>,
/// pg_dump's own format, which pg_restore alone can read too. It holds password hashes and signing keys.
/// </summary>
public static class Backup
{
    private const string Product = "Cafeteria";
    private const string ManifestName = "cafeteria.json";
    private const string DumpName = "database.dump";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>One consistent snapshot, while orders go on. The file has its name only once it is whole.</summary>
    /// <exception cref="BackupException">It could not be made; no file of it is left, and nobody else's is touched.</exception>
    public static async Task<BackupManifest> WriteAsync(Maintenance database, string file, string version, CancellationToken cancellationToken = default)
    {
        try
        {
            // While the dump stands, nobody else gets as far as the part.
            using var dump = new Passing($"{file}.dump");
            var schema = await database.SchemaAsync(cancellationToken).ConfigureAwait(false);
            // A cluster's members are of the moment: restored, they would be waited for.
            await PostgresPrograms.RunAsync(
                database, "pg_dump",
                ["--format=custom", "--no-owner", "--no-privileges", "--exclude-table-data=cluster_version", "--exclude-table-data=cluster_member", "--file", dump.Name],
                null, cancellationToken).ConfigureAwait(false);
            var manifest = new BackupManifest(
                Product, version, schema.Applied, database.ServerVersion.ToString(), DateTimeOffset.UtcNow, await HashAsync(dump.Name, cancellationToken).ConfigureAwait(false));
            using var part = new Passing($"{file}.part");
            await PackAsync(part.Name, manifest, dump.Name, cancellationToken).ConfigureAwait(false);
            File.Move(part.Name, file);
            return manifest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{file} cannot be written ({e.Message.TrimEnd('.')}): name a new file in a folder that can be.", e);
        }
    }

    /// <exception cref="BackupException">It is no backup, or was damaged.</exception>
    public static async Task<BackupManifest> ReadManifestAsync(string file, CancellationToken cancellationToken = default)
    {
        try
        {
            var reader = new TarReader(File.OpenRead(file));
            await using var disposing = reader.ConfigureAwait(false);
            if (await reader.GetNextEntryAsync(cancellationToken: cancellationToken).ConfigureAwait(false) is not { Name: ManifestName, DataStream: { } json }
                || await JsonSerializer.DeserializeAsync(json, BackupJson.Default.BackupManifest, cancellationToken).ConfigureAwait(false) is not { Product: Product } manifest
                || await reader.GetNextEntryAsync(cancellationToken: cancellationToken).ConfigureAwait(false) is not { Name: DumpName, DataStream: { } dump })
                throw new BackupException($"{file} is no backup of this product.");
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(dump, cancellationToken).ConfigureAwait(false));
            return hash == manifest.Sha256 ? manifest : throw new BackupException($"{file} is damaged: its dump is not the one that was packed. Take another backup.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidDataException or FormatException)
        {
            throw new BackupException($"{file} cannot be read as a backup ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>Into an empty database only, all of it or nothing; then it is brought up to date.</summary>
    /// <exception cref="BackupException">Refused or failed; the database is as it was.</exception>
    public static async Task<BackupManifest> RestoreAsync(Maintenance database, string file, CancellationToken cancellationToken = default)
    {
        var manifest = await ReadManifestAsync(file, cancellationToken).ConfigureAwait(false);
        var known = Migrator.Embedded().Select(migration => migration.Name);
        if (manifest.Schema.Except(known).FirstOrDefault() is { } newer)
            throw new BackupException($"The backup was made by version {manifest.Version} and has the migration {newer}, which this version does not know: restore it with that version, or a newer one.");
        if (await ScalarAsync(database, EmptySql, cancellationToken).ConfigureAwait(false) is > 0L)
            throw new BackupException($"The database {database.Name} at {database.Place} is not empty, and nothing is ever restored over something: make a new one (createdb) or name another --data folder.");

        var archive = File.OpenRead(file);
        await using var closing = archive.ConfigureAwait(false);
        var reader = new TarReader(archive);
        await using var disposing = reader.ConfigureAwait(false);
        await reader.GetNextEntryAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        var dump = await reader.GetNextEntryAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        await PostgresPrograms.RunAsync(
            database, "pg_restore", ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--dbname", database.Name],
            dump!.DataStream, cancellationToken).ConfigureAwait(false);
        // Whoever led the database that this one replaces must not take it for the one it remembers.
        await ScalarAsync(database, "update leader set epoch = greatest(epoch + 1, extract(epoch from now())::bigint), holder = 'restore', since = now() returning epoch", cancellationToken)
            .ConfigureAwait(false);
        return manifest;
    }

    private const string EmptySql = """
        select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)' and c.relkind in ('r', 'p', 'v', 'm', 'S')
        """;

    private static async Task PackAsync(string file, BackupManifest manifest, string dump, CancellationToken cancellationToken)
    {
        var archive = new FileStream(file, FileMode.Open, FileAccess.Write);
        await using var closing = archive.ConfigureAwait(false);
        var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, ManifestName) { DataStream = json, Mode = OwnerOnly }, cancellationToken).ConfigureAwait(false);
            var rows = File.OpenRead(dump);
            await using var reading = rows.ConfigureAwait(false);
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, DumpName) { DataStream = rows, Mode = OwnerOnly }, cancellationToken).ConfigureAwait(false);
        }

        archive.Flush(flushToDisk: true);
    }

    private static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(file);
        await using (stream.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<object?> ScalarAsync(Maintenance database, string sql, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(sql);
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A file that this call made, empty and nobody else's to read, and takes away again unless it has another name by then.
    /// One that was there before is somebody else's: it fails, and stays.
    /// </summary>
    private sealed class Passing : IDisposable
    {
        public Passing(string name)
        {
            new FileStream(name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }).Dispose();
            Name = name;
        }

        public string Name { get; }

        public void Dispose() => File.Delete(Name);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
