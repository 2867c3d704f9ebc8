-- A stock-take leaves a row with what was counted, beside the received or written_off row that sets the books right.
-- The rows that are there keep the old rules, which are stricter: they need no look.
alter table stock_ledger
    drop constraint stock_ledger_kind_check,
    drop constraint stock_ledger_quantity_check,
    drop constraint stock_ledger_check,
    add constraint stock_ledger_kind_check
        check (kind in ('sold', 'returned', 'received', 'written_off', 'counted')) not valid,
    add constraint stock_ledger_quantity_check
        check (quantity > 0 or (quantity = 0 and kind = 'counted')) not valid,
    add constraint stock_ledger_order_check
        check ((order_id is null) = (kind in ('received', 'written_off', 'counted'))) not valid;

-- One picture a dish; its address has the hash of its content, so that whoever has it never asks again.
create table menu_pictures (
    tenant     text        not null,
    item       text        not null,
    hash       text        not null,
    media_type text        not null check (media_type in ('image/png', 'image/jpeg', 'image/webp')),
    body       bytea       not null check (octet_length(body) between 1 and 262144),
    at         timestamptz not null default now(),
    primary key (tenant, item)
);
-- Pictures are compressed already.
alter table menu_pictures alter column body set storage external;
