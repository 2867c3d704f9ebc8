using System.Globalization;
using Cafeteria.Storage;
using Npgsql;

namespace Cafeteria.Persistence;

/// <summary>The keys of access tokens, changed from outside the processes that use them; those look every few seconds.</summary>
public static class SigningKeys
{
    /// <summary>Those there are, oldest first, each with its age.</summary>
    public static Task<IReadOnlyList<SecretVersion>> ReadAsync(Maintenance database, CancellationToken cancellationToken = default) =>
        Secrets.VersionsAsync(database.Source, Secrets.Signing, cancellationToken);

    /// <summary>
    /// Adds a key after the newest known, and takes away those that are of no use any more. Two who do it at once add one.
    /// </summary>
    /// <returns>The new key's number; null when another was faster.</returns>
    public static async Task<int?> AddAsync(Maintenance database, int newest, IEnumerable<int> useless, CancellationToken cancellationToken = default)
    {
        var command = database.Source.CreateCommand(
            """
            with made as (
                insert into secrets (name, secret) values ($1, $2) on conflict (name) do nothing returning name),
            gone as (
                delete from secrets where name = any($3) and exists (select from made))
            select count(*) from made
            """);
        await using var disposing = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter { Value = Secrets.VersionName(Secrets.Signing, newest + 1) });
        command.Parameters.Add(new NpgsqlParameter { Value = Secrets.New() });
        command.Parameters.Add(new NpgsqlParameter { Value = useless.Select(number => Secrets.VersionName(Secrets.Signing, number)).ToArray() });
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture) == 1 ? newest + 1 : null;
    }
}
