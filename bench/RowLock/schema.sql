create table items (
    id       text    primary key,
    name     text    not null,
    price    bigint  not null,
    currency text    not null,
    on_hand  integer not null check (on_hand >= 0)
) with (fillfactor = 20, autovacuum_vacuum_threshold = 20, autovacuum_vacuum_cost_delay = 0);

create table orders (
    id              uuid        primary key,
    number          bigint      not null generated always as identity,
    student         text        not null,
    idempotency_key text,
    fingerprint     text        not null,
    status          text        not null,
    fulfilment      text        not null,
    payment         text        not null,
    total           bigint      not null,
    currency        text        not null,
    placed_at       timestamptz not null,
    unique (student, idempotency_key)
);

create table order_lines (
    order_id   uuid    not null,
    item       text    not null,
    name       text    not null,
    quantity   integer not null,
    unit_price bigint  not null,
    note       text,
    primary key (order_id, item)
);
