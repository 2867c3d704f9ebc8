using System.Collections.Immutable;
using System.Text.Json;
using Cafeteria.Audit;
using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

internal sealed class AuditRows(Database database) : IAuditRows
{
    private static readonly string[] Names = [.. Enum.GetNames<AuditAction>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        database.QueryAsync(
            "add audit entry",
            Sending.Repeatable,
            async (connection, token) =>
            {
                var command = new NpgsqlCommand("""
                    insert into audit (tenant, id, at, by, by_name, action, about, changes) values ($1, $2, $3, $4, $5, $6, $7, $8)
                    on conflict (tenant, id) do nothing
                    """, connection)
                {
                    Parameters =
                    {
                        new() { Value = entry.Tenant }, new() { Value = entry.Id }, new() { Value = entry.At.UtcDateTime }, new() { Value = entry.By },
                        new() { Value = entry.ByName }, new() { Value = Names[(int)entry.Action] }, new() { Value = entry.About },
                        new() { Value = JsonSerializer.Serialize(entry.Changes, Json), NpgsqlDbType = NpgsqlDbType.Jsonb },
                    },
                };
                await using var disposing = command.ConfigureAwait(false);
                return await command.ExecuteNonQueryAsync(token).ConfigureAwait(false);
            },
            cancellationToken);

    public Task<ImmutableArray<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand();
        var where = "tenant = $1";
        Add(query.Tenant);
        if (query.About is { } about)
            where += about.Contains('/', StringComparison.Ordinal)
                ? $" and about = ${Add(about)}"
                // '0' is what follows '/' in the order that the index has.
                : $" and about >= ${Add(about + '/')} and about < ${Add(about + '0')}";
        if (query.By is { } by)
            where += $" and by = ${Add(by)}";
        if (query.From is { } from)
            where += $" and at >= ${Add(from.UtcDateTime)}";
        if (query.To is { } to)
            where += $" and at < ${Add(to.UtcDateTime)}";
        if (query.Before is { } before)
            where += $" and id < ${Add(before)}";
        command.CommandText = $"select id, tenant, at, by, by_name, action, about, changes from audit where {where} order by id desc limit ${Add(query.Limit)}";
        return database.QueryAsync(
            "list audit",
            Sending.Search,
            async (connection, token) =>
            {
                command.Connection = connection;
                var entries = ImmutableArray.CreateBuilder<AuditEntry>();
                var reader = await command.ExecuteReaderAsync(token).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    while (await reader.ReadAsync(token).ConfigureAwait(false))
                        entries.Add(Read(reader));
                return entries.ToImmutable();
            },
            cancellationToken);

        int Add(object value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
            return command.Parameters.Count;
        }
    }

    private static AuditEntry Read(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetString(1),
        new DateTimeOffset(reader.GetDateTime(2), TimeSpan.Zero),
        reader.GetString(3),
        reader.GetString(4),
        (AuditAction)Array.IndexOf(Names, reader.GetString(5)),
        reader.GetString(6),
        JsonSerializer.Deserialize<ImmutableArray<AuditChange>>(reader.GetFieldValue<byte[]>(7), Json));
}
