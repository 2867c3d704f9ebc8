using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>
/// Puts a grain's first state where no row is yet, from outside the processes that serve. A grain that lives there and
/// found no row cannot write over it: its own first write expects none.
/// </summary>
public static class GrainRows
{
    /// <param name="grainType">As the storage names it: <c>account</c>.</param>
    /// <param name="services">With the <see cref="JsonSerializerContext"/>s that states are written with.</param>
    /// <returns>False when there is a row.</returns>
    public static async Task<bool> AddAsync<T>(
        Maintenance database, string grainType, string key, string name, T state, IServiceProvider services, CancellationToken cancellationToken = default)
    {
        var json = new StateJson(services.GetServices<JsonSerializerContext>());
        var command = database.Source.CreateCommand(
            "insert into grain_state (grain_id, name, etag, payload) values ($1, $2, $3, $4) on conflict (grain_id, name) do nothing");
        await using var disposing = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter { Value = $"{grainType}/{key}" });
        command.Parameters.Add(new NpgsqlParameter { Value = name });
        command.Parameters.Add(new NpgsqlParameter { Value = Etags.Next() });
        command.Parameters.Add(new NpgsqlParameter { Value = json.Write(state), NpgsqlDbType = NpgsqlDbType.Jsonb });
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1;
    }
}
