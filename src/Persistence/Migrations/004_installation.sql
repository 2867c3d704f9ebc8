-- Made once, shared by every process, never rotated.
create table secrets (
    name    text        primary key,
    secret  bytea       not null check (octet_length(secret) = 32),
    made_at timestamptz not null default now()
);

-- Read by (revoked_xid >= the reader's last snapshot's xmin): a revocation that commits late is never skipped.
create table revoked_sessions (
    session_id  text        primary key,
    expires_at  timestamptz not null,
    revoked_xid xid8        not null default pg_current_xact_id()
);
create index revoked_sessions_news on revoked_sessions (revoked_xid);

-- The fence of a hot standby: every write of an embedded host locks this row FOR KEY SHARE and requires its own epoch.
create table leader (
    id     boolean     primary key default true check (id),
    epoch  bigint      not null,
    holder text        not null,
    since  timestamptz not null
) with (fillfactor = 10, autovacuum_vacuum_threshold = 20, autovacuum_vacuum_cost_delay = 0);
insert into leader (epoch, holder, since) values (0, '', now());
