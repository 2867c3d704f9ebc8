-- Who changed what, and when. Rows are only ever added. The writer draws the id (a UUID of version 7, so that ids follow
-- time): a row that is sent twice because an answer was lost stands once.
create table audit (
    tenant  text             not null,
    id      uuid             not null,
    at      timestamptz      not null,
    by      text             not null check (length(by) <= 254),
    by_name text             not null check (length(by_name) <= 200),
    action  text             not null,
    about   text collate "C" not null check (length(about) <= 300),
    changes jsonb            not null check (octet_length(changes::text) <= 16384),
    primary key (tenant, id)
);

create index audit_by_subject on audit (tenant, about, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'Rows of % are only ever added.', tg_table_name using errcode = 'restrict_violation';
end $$;

create trigger audit_only_grows before update or delete or truncate on audit
    for each statement execute function refuse_change();
