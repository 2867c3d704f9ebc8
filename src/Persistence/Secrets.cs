using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Cafeteria.Storage;
using Npgsql;

namespace Cafeteria.Persistence;

internal sealed class Secrets(Database database) : ISecrets
{
    /// <summary>What access tokens are signed with.</summary>
    public const string Signing = "jwt-signing";

    private const int Length = 32;

    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    public async Task<byte[]> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!_known.TryGetValue(name, out var secret))
            _known[name] = secret = await database.QueryAsync(
                "read secret", Sending.Repeatable, (connection, token) => MakeOrReadAsync(connection, name, token), cancellationToken).ConfigureAwait(false);
        return [.. secret];
    }

    public async Task<IReadOnlyList<SecretVersion>> VersionsAsync(string name, CancellationToken cancellationToken = default)
    {
        var versions = await ReadAsync().ConfigureAwait(false);
        if (versions.Count > 0)
            return versions;
        await database.QueryAsync("make secret", Sending.Repeatable, (connection, token) => MakeOrReadAsync(connection, name, token), cancellationToken).ConfigureAwait(false);
        return await ReadAsync().ConfigureAwait(false);

        Task<IReadOnlyList<SecretVersion>> ReadAsync() => database.QueryAsync(
            "read secret", Sending.Repeatable, (connection, token) => VersionsAsync(connection, name, token), cancellationToken);
    }

    public static async Task<IReadOnlyList<SecretVersion>> VersionsAsync(NpgsqlDataSource source, string name, CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            return await VersionsAsync(connection, name, cancellationToken).ConfigureAwait(false);
    }

    public static byte[] New() => RandomNumberGenerator.GetBytes(Length);

    /// <summary>The first has the plain name, as it had before there were others.</summary>
    public static string VersionName(string name, int number) => number == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}/{number}");

    private static async Task<IReadOnlyList<SecretVersion>> VersionsAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            """
            select coalesce(nullif(substr(name, length($1) + 2), ''), '1')::integer as number, secret, now() - made_at
            from secrets where name = $1 or starts_with(name, $1 || '/')
            order by 1
            """, connection)
        {
            Parameters = { new() { Value = name } },
        };
        await using var disposing = command.ConfigureAwait(false);
        var versions = new List<SecretVersion>();
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            versions.Add(new SecretVersion(reader.GetInt32(0), reader.GetFieldValue<byte[]>(1), reader.GetTimeSpan(2)));
        return versions;
    }

    private static async Task<byte[]> MakeOrReadAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        // Two statements: the second one's snapshot sees what another process made while the first waited for it.
        var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("insert into secrets (name, secret) values ($1, $2) on conflict (name) do nothing")
                {
                    Parameters = { new() { Value = name }, new() { Value = New() } },
                },
                new("select secret from secrets where name = $1") { Parameters = { new() { Value = name } } },
            },
        };
        await using var disposing = batch.ConfigureAwait(false);
        return (byte[])(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
