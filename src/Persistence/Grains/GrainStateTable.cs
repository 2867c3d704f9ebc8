using Npgsql;
using NpgsqlTypes;

namespace Cafeteria.Persistence;

/// <summary>The statements of <c>grain_state</c>.</summary>
internal sealed class GrainStateTable(Database database) : IBatchStatement<GrainRow>
{
    private const string WriteSql = """
        with fence as materialized (
            select 1 from leader where epoch = $7 for key share),
        input as materialized (
            select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::boolean[], $6::jsonb[])
                as i(grain_id, name, expected, etag, gone, payload)
            where exists (select from fence)),
        locked as materialized (
            select i.*, s.etag as stored
            from input i join grain_state s on s.grain_id = i.grain_id and s.name = i.name
            where i.expected is not null
            order by s.grain_id, s.name
            for no key update of s),
        updated as (
            update grain_state s set etag = k.etag, payload = k.payload, updated_at = now()
            from locked k
            where s.grain_id = k.grain_id and s.name = k.name and k.stored = k.expected and not k.gone and s.etag = k.expected
            returning s.etag),
        deleted as (
            delete from grain_state s using locked k
            where s.grain_id = k.grain_id and s.name = k.name and k.stored = k.expected and k.gone and s.etag = k.expected
            returning k.etag),
        inserted as (
            insert into grain_state (grain_id, name, etag, payload)
            select grain_id, name, etag, payload from input where expected is null and not gone
            order by grain_id, name
            on conflict (grain_id, name) do nothing
            returning etag)
        select etag from updated union all select etag from deleted union all select etag from inserted
        union all select null from (select 1) one where not exists (select from fence)
        """;

    private static readonly string UnfencedWriteSql = Fence.Remove(WriteSql, "$7");

    private const string ReadSql = """
        select k.n::integer, s.etag, s.payload
        from unnest($1::text[], $2::text[]) with ordinality as k(grain_id, name, n)
        join grain_state s on s.grain_id = k.grain_id and s.name = k.name
        """;

    public string Table => "grain_state";

    public async Task<Outcome[]> ExecuteAsync(IReadOnlyList<GrainRow> batch, CancellationToken cancellationToken)
    {
        var epoch = database.Gate.Epoch;
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        var command = new NpgsqlCommand(epoch is null ? UnfencedWriteSql : WriteSql, connection)
        {
            Parameters =
            {
                Columns.Text(batch, w => w.GrainId),
                Columns.Text(batch, w => w.Name),
                Columns.Of(batch, w => w.Expected),
                Columns.Of(batch, w => w.Etag),
                Columns.Of(batch, w => w.Payload is null),
                Columns.Json(batch, w => w.Payload),
                Fence.Parameter(epoch),
            },
        };
        await using var disposing = command.ConfigureAwait(false);
        var outcomes = new Outcomes<GrainRow>(batch);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                if (reader.IsDBNull(0))
                    outcomes.Fenced();
                else
                    outcomes.Written(reader.GetInt64(0));
        }

        return outcomes.All;
    }

    public async Task<bool[]> AreMineAsync(IReadOnlyList<GrainRow> writes, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync([.. writes.Select(w => (w.GrainId, w.Name))], cancellationToken).ConfigureAwait(false);
        return [.. writes.Select((w, i) => w.Payload is null ? rows[i].Etag is null : rows[i].Etag == w.Etag)];
    }

    public async Task<StoredRow[]> ReadAsync((string GrainId, string Name)[] keys, CancellationToken cancellationToken)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closing = connection.ConfigureAwait(false);
        return await ReadAsync(connection, keys, cancellationToken).ConfigureAwait(false);
    }

    public static async Task<StoredRow[]> ReadAsync(NpgsqlConnection connection, (string GrainId, string Name)[] keys, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(ReadSql, connection)
        {
            Parameters = { Columns.Text(keys, k => k.GrainId), Columns.Text(keys, k => k.Name) },
        };
        await using var disposing = command.ConfigureAwait(false);
        return await StoredRows.ReadAsync(command, keys.Length, cancellationToken).ConfigureAwait(false);
    }
}
