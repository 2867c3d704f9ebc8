using System.Runtime.InteropServices;
using Cafeteria.Menu;
using Npgsql;

namespace Cafeteria.Persistence;

internal sealed class MenuPictures(Database database) : IMenuPictures
{
    public Task SaveAsync(string tenant, string itemId, MenuPicture picture, CancellationToken cancellationToken) =>
        ExecuteAsync(
            "save picture",
            """
            insert into menu_pictures (tenant, item, hash, media_type, body) values ($1, $2, $3, $4, $5)
            on conflict (tenant, item) do update
            set hash = excluded.hash, media_type = excluded.media_type, body = excluded.body, at = excluded.at
            """,
            cancellationToken,
            tenant, itemId, picture.Hash, picture.MediaType, ImmutableCollectionsMarshal.AsArray(picture.Body)!);

    public Task<MenuPicture?> FindAsync(string tenant, string itemId, string hash, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "read picture",
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = Command(connection, "select hash, media_type, body from menu_pictures where tenant = $1 and item = $2 and hash = $3", tenant, itemId, hash);
                await using var disposing = command.ConfigureAwait(false);
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    return await reader.ReadAsync(token).ConfigureAwait(false)
                        ? new MenuPicture(reader.GetString(0), reader.GetString(1), ImmutableCollectionsMarshal.AsImmutableArray(reader.GetFieldValue<byte[]>(2)))
                        : null;
            },
            cancellationToken);

    public Task RemoveAsync(string tenant, string itemId, CancellationToken cancellationToken) =>
        ExecuteAsync("remove picture", "delete from menu_pictures where tenant = $1 and item = $2", cancellationToken, tenant, itemId);

    private Task<int> ExecuteAsync(string name, string sql, CancellationToken cancellationToken, params object[] parameters) =>
        database.QueryAsync(
            name,
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = Command(connection, sql, parameters);
                await using var disposing = command.ConfigureAwait(false);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return command;
    }
}
