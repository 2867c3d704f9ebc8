-- An order's state with the columns people ask for beside it, written in one statement.
-- Payloads of some kilobytes stay in the row uncompressed: compressing each of four versions costs more than the room.
-- Rows are found by key alone, in no other index: statements are planned once, often while the table is still empty, and
-- then an index that shares the first column with the right one looks just as good.
create table orders (
    key           text        primary key,
    tenant        text        not null,
    id            text        not null,
    student       text        not null,
    number        text        not null,
    status        text        not null,
    stations      text[]      not null,
    placed_at     timestamptz not null,
    due_at        timestamptz,
    claimed_until timestamptz,
    tries         integer     not null default 0,
    total         bigint      not null,
    currency      text        not null,
    version       integer     not null,
    etag          bigint      not null,
    changed_xid   xid8        not null default pg_current_xact_id(),
    updated_at    timestamptz not null default now(),
    payload       jsonb       not null
) with (
    fillfactor = 70, toast_tuple_target = 8160,
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0
);

create index orders_by_student on orders (tenant, student, placed_at desc, id desc);
create index orders_by_tenant on orders (tenant, placed_at desc, id desc) include (status);

-- The durable timer. A claim changes no indexed column, so that it is a heap-only update.
create index orders_due on orders (due_at) where due_at is not null;

-- Serves "this student's open orders" and, by its first column, "what has a ticket at this station": open orders are few.
create index orders_open on orders (tenant, student, placed_at)
    where status in ('pending', 'stock_verified', 'awaiting_payment', 'in_kitchen', 'ready', 'out_for_delivery');

-- For consumers that must see every change from their own checkpoint.
create index orders_changed on orders (changed_xid, key);

-- Each process takes a block of the tenant's day.
create table order_numbers (
    tenant text    not null,
    day    date    not null,
    next   integer not null,
    primary key (tenant, day)
);
