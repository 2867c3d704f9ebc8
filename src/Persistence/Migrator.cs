using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>A numbered file of statements that is applied once, ever.</summary>
internal sealed partial record Migration(string Name, string Sql)
{
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    public int Number => NumberOf(Name);

    /// <summary>
    /// The number of the migration that a version must know to go on working after this one: <c>012_drop_total.since-009.sql</c>
    /// takes away what was needed before 009. One without <c>since</c> only adds, and harms no version: 0.
    /// </summary>
    public static int NeededBy(string name) => Since().Match(name) is { Success: true } match ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;

    private static int NumberOf(string name) => int.Parse(name.AsSpan(0, name.IndexOf('_', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\.since-([0-9]{3})\.sql$", RegexOptions.CultureInvariant)]
    private static partial Regex Since();
}

/// <summary>
/// Applies what is missing, one process at a time, all of it or nothing; while others serve, so that it must not make them
/// wait (docs/decisions/011).
/// </summary>
internal static class Migrator
{
    private const long LockKey = 0x63_61_66_65_01;

    /// <summary>Who waits for a table's lock makes everybody wait who comes after: not for long, and again a moment later.</summary>
    private const string LockTimeout = "set local lock_timeout = '1s'";
    private const int MostTries = 30;

    public static Migration[] Embedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. from name in assembly.GetManifestResourceNames()
               where name.StartsWith("Migrations/", StringComparison.Ordinal)
               orderby name
               select new Migration(name["Migrations/".Length..], Read(assembly, name)),
        ];
    }

    /// <returns>How many were applied.</returns>
    public static async Task<int> ApplyAsync(
        NpgsqlDataSource source, IReadOnlyList<Migration> migrations, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    return await TryApplyAsync(source, migrations, logger, cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable && tries < MostTries)
                {
                    await Task.Delay(Random.Shared.Next(100, 500), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (PostgresException e)
        {
            throw new DatabaseStartException(
                $"The tables could not be made or brought up to date (SQLSTATE {e.SqlState}: {e.MessageText}): nothing was changed; the user needs the right to create tables in the schema.", e);
        }
    }

    /// <summary>Names of what is in the database, in their order.</summary>
    public static async Task<string[]> AppliedAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await IsThereAsync(connection, cancellationToken).ConfigureAwait(false)
                ? [.. (await AppliedAsync(connection, cancellationToken).ConfigureAwait(false)).Keys.Order(StringComparer.Ordinal)]
                : [];
    }

    private static async Task<int> TryApplyAsync(
        NpgsqlDataSource source, IReadOnlyList<Migration> migrations, ILogger logger, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // The common start: everything is there, and nobody needs to wait for anybody.
            if (await IsThereAsync(connection, cancellationToken).ConfigureAwait(false)
                && Missing(migrations, await AppliedAsync(connection, cancellationToken).ConfigureAwait(false), logger).Count == 0)
                return 0;

            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await ExecuteAsync(connection, $"select pg_advisory_xact_lock({LockKey})", cancellationToken).ConfigureAwait(false);
                await ExecuteAsync(connection, LockTimeout, cancellationToken).ConfigureAwait(false);
                await ExecuteAsync(
                    connection,
                    "create table if not exists migrations (name text primary key, hash text not null, applied_at timestamptz not null default now())",
                    cancellationToken).ConfigureAwait(false);
                var missing = Missing(migrations, await AppliedAsync(connection, cancellationToken).ConfigureAwait(false), logger);
                foreach (var migration in missing)
                {
                    await ExecuteAsync(connection, migration.Sql, cancellationToken).ConfigureAwait(false);
                    await RecordAsync(connection, migration, cancellationToken).ConfigureAwait(false);
                    Log.Migrated(logger, migration.Name);
                }

                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                return missing.Count;
            }
        }
    }

    /// <summary>The first of these unknown migrations that took away what a version of these migrations needs.</summary>
    public static string? TooNew(IReadOnlyList<Migration> migrations, IEnumerable<string> newer)
    {
        var known = migrations.Max(migration => migration.Number);
        return newer.FirstOrDefault(name => known < Migration.NeededBy(name));
    }

    private static List<Migration> Missing(IReadOnlyList<Migration> migrations, Dictionary<string, string> applied, ILogger logger)
    {
        foreach (var migration in migrations)
            if (applied.TryGetValue(migration.Name, out var hash) && hash != migration.Hash)
                throw new DatabaseStartException(
                    $"The migration {migration.Name} was changed after it had been applied to this database: restore the file and put the change into a new one.");
        var newer = applied.Keys.Except(migrations.Select(m => m.Name)).Order(StringComparer.Ordinal).ToList();
        if (TooNew(migrations, newer) is { } contracting)
            throw new DatabaseStartException(
                $"The database has the migration {contracting}, which took away what this version needs: run the version that made it, or a newer one.");
        if (newer.Count > 0)
            Log.DatabaseIsNewer(logger, newer.Count, newer[^1]);
        return [.. migrations.Where(m => !applied.ContainsKey(m.Name))];
    }

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("select to_regclass('migrations') is not null", connection);
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        var command = new NpgsqlCommand("select name, hash from migrations", connection);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    applied.Add(reader.GetString(0), reader.GetString(1));
        }

        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // Large tables take their time; @ in the files is text, so parameters are not looked for.
        var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task RecordAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand("insert into migrations (name, hash) values ($1, $2)", connection)
        {
            Parameters = { new() { Value = migration.Name }, new() { Value = migration.Hash } },
        };
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
