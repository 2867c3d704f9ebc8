using System.Collections.Immutable;
using Cafeteria.Accounts;
using Npgsql;

namespace Cafeteria.Persistence;

internal sealed class AccountRows(Database database) : IAccountRows
{
    // Reads every account, some tens of thousands at most: the page is opened now and then, and an index on the payload
    // would make every sign-in dearer.
    public Task<ImmutableArray<string>> StaffLoginsAsync(string tenant, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "list staff",
            Sending.Search,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("""
                    select payload->'profile'->>'login' as login
                    from grain_state
                    where name = 'account' and payload->'profile'->>'tenant' = $1 and payload->'profile'->>'role' <> 'student'
                    order by login
                    """, connection)
                {
                    Parameters = { new() { Value = tenant } },
                };
                await using var disposing = command.ConfigureAwait(false);
                var logins = ImmutableArray.CreateBuilder<string>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        logins.Add(reader.GetString(0));
                return logins.ToImmutable();
            },
            cancellationToken);
}
