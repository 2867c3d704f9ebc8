-- Small states that change rarely: accounts, menus, stations. Rows are rewritten in place, so leave them room to.
create table grain_state (
    grain_id   text        not null,
    name       text        not null,
    etag       bigint      not null,
    payload    jsonb       not null,
    updated_at timestamptz not null default now(),
    primary key (grain_id, name)
) with (fillfactor = 70);
