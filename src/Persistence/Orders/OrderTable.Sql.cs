namespace Cafeteria.Persistence;

internal sealed partial class OrderTable
{
    /// <summary>
    /// One statement for the whole batch. The heads of all items first, locked in their order: a take-over that is under way
    /// is waited for, and its raised epoch seen. Every ledger row draws its seq after its head is locked, because whether it
    /// is written depends on all of them.
    /// <c>case when x in (select …)</c> keeps these tests hashed: as joins of small unknown sizes they became nested loops.
    /// </summary>
    private const string WriteSql = """
        with fence as materialized (
            select 1 from leader where epoch = $27 for key share),
        input as materialized (
            select * from unnest(
                $1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::boolean[], $7::text[], $8::text[], $9::text[],
                $10::text[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::text[], $15::integer[], $16::text[])
                as i(key, tenant, id, expected, etag, gone, student, number, status,
                     stations, placed_at, due_at, total, currency, version, payload)
            where exists (select from fence)),
        heads as materialized (
            select k.n::integer as n, h.epoch
            from unnest($17::text[], $18::text[]) with ordinality as k(tenant, item, n)
            join stock_head h on h.tenant = k.tenant and h.item = k.item
            where exists (select from fence)
            order by k.n
            for key share of h),
        lines as materialized (
            select * from unnest($19::integer[], $20::bigint[], $21::integer[], $22::text[], $23::boolean[], $24::integer[], $25::bigint[], $26::integer[])
                as l(line, etag, owner, attempt, sold, quantity, epoch, head)
            where exists (select from fence)),
        stale as materialized (
            select l.etag, l.line from lines l
            where case
                when l.sold then not (l.head, l.epoch) in (select n, epoch from heads)
                else not l.head in (select n from heads) end),
        locked as materialized (
            select i.*, o.etag as stored
            from input i join orders o on o.key = i.key
            where i.expected is not null and case when i.etag in (select etag from stale) then false else true end
            order by o.key
            for no key update of o),
        updated as (
            update orders o set
                student = k.student, number = k.number, status = k.status, stations = string_to_array(k.stations, E'\x1f'),
                placed_at = k.placed_at, due_at = k.due_at, claimed_until = null, tries = 0, total = k.total,
                currency = k.currency, version = k.version, etag = k.etag, changed_xid = pg_current_xact_id(),
                updated_at = now(), payload = k.payload
            from locked k
            where o.key = k.key and k.stored = k.expected and o.etag = k.expected and not k.gone
            returning o.etag),
        deleted as (
            delete from orders o using locked k
            where o.key = k.key and k.stored = k.expected and o.etag = k.expected and k.gone
            returning k.etag),
        inserted as (
            insert into orders (
                key, tenant, id, student, number, status, stations, placed_at, due_at, total, currency, version, etag, payload)
            select i.key, i.tenant, i.id, i.student, i.number, i.status, string_to_array(i.stations, E'\x1f'), i.placed_at, i.due_at,
                i.total, i.currency, i.version, i.etag, i.payload
            from input i
            where i.expected is null and not i.gone and case when i.etag in (select etag from stale) then false else true end
            order by i.key
            on conflict (key) do nothing
            returning etag),
        written as materialized (
            select etag from updated union all select etag from deleted union all select etag from inserted),
        ledger as (
            insert into stock_ledger (tenant, item, kind, quantity, epoch, order_id, attempt)
            select ($17::text[])[l.head], ($18::text[])[l.head], case when l.sold then 'sold' else 'returned' end, l.quantity,
                case when l.sold then l.epoch else (select h.epoch from heads h where h.n = l.head) end,
                ($3::text[])[l.owner], l.attempt
            from lines l
            where case when l.etag in (select etag from written) then true else false end
            order by l.line)
        select etag, null::integer from written
        union all select etag, line from stale
        union all select null, null from (select 1) one where not exists (select from fence)
        """;

    private static readonly string UnfencedWriteSql = Fence.Remove(WriteSql, "$27");

    private const string ReadSql = """
        select k.n::integer, o.etag, o.payload
        from unnest($1::text[]) with ordinality as k(key, n)
        join orders o on o.key = k.key
        """;
}
