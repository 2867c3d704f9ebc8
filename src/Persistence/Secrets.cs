using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cafeteria.Storage;
using Npgsql;

namespace Cafeteria.Persistence;

internal sealed class Secrets(Database database) : ISecrets
{
    private const int Length = 32;

    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);

    public async Task<byte[]> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!_known.TryGetValue(name, out var secret))
            _known[name] = secret = await database.QueryAsync(
                "read secret", Sending.Repeatable, (connection, token) => MakeOrReadAsync(connection, name, token), cancellationToken).ConfigureAwait(false);
        return [.. secret];
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
                    Parameters = { new() { Value = name }, new() { Value = RandomNumberGenerator.GetBytes(Length) } },
                },
                new("select secret from secrets where name = $1") { Parameters = { new() { Value = name } } },
            },
        };
        await using var disposing = batch.ConfigureAwait(false);
        return (byte[])(await batch.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
