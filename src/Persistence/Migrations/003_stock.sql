-- One row an item. What is on hand, as far as rows know: received - written_off - sold - (ledger rows not yet folded).
-- The epoch says who may sell: an accepting write finds the epoch its hold was made under, or writes nothing.
create table stock_head (
    tenant         text    not null,
    item           text    not null,
    epoch          bigint  not null default 0,
    received       integer not null default 0 check (received >= 0),
    written_off    integer not null default 0 check (written_off >= 0),
    sold           integer not null default 0,
    folded_through bigint  not null default 0,
    reorder_level  integer not null default 10,
    primary key (tenant, item)
) with (fillfactor = 20, autovacuum_vacuum_threshold = 20, autovacuum_vacuum_cost_delay = 0);

-- seq is drawn while the item's head is locked, so that within an item a row with a smaller seq never commits later than
-- a fold that went past it.
create table stock_ledger (
    tenant     text        not null,
    item       text        not null,
    seq        bigint      not null generated always as identity,
    kind       text        not null check (kind in ('sold', 'returned', 'received', 'written_off')),
    quantity   integer     not null check (quantity > 0),
    epoch      bigint      not null,
    order_id   text,
    attempt    text,
    key        text,
    by         text,
    reason     text,
    reference  text,
    expires_on date,
    unit_cost  bigint,
    at         timestamptz not null default now(),
    primary key (tenant, item, seq),
    check ((order_id is null) = (kind in ('received', 'written_off')))
) with (autovacuum_vacuum_insert_scale_factor = 0.1);

create unique index stock_ledger_once on stock_ledger (tenant, order_id, attempt, item, kind) where order_id is not null;
create unique index stock_ledger_key on stock_ledger (tenant, item, kind, key) where key is not null;
