-- Membership of an Orleans cluster (GrainHost=Orleans). The provider reads OrleansQuery once and runs the texts as they
-- are; it knows no other table by name. Each change is one statement that counts the version up or does nothing at all.
create table cluster_version (
    deployment_id text        primary key,
    version       integer     not null,
    changed_at    timestamptz not null default now()
);

create table cluster_member (
    deployment_id text        not null references cluster_version on delete cascade,
    address       text        not null,
    port          integer     not null,
    generation    integer     not null,
    silo_name     text        not null,
    host_name     text        not null,
    status        integer     not null,
    proxy_port    integer,
    suspect_times text,
    start_time    timestamptz not null,
    alive_time    timestamptz not null,
    primary key (deployment_id, address, port, generation)
) with (fillfactor = 50);

create table OrleansQuery (
    QueryKey  text primary key,
    QueryText text not null
);

insert into OrleansQuery (QueryKey, QueryText) values
('InsertMembershipVersionKey', $q$
with made as (
    insert into cluster_version (deployment_id, version) values (@DeploymentId, 0)
    on conflict (deployment_id) do nothing
    returning 1)
select count(*)::integer as done from made
$q$),
('InsertMembershipKey', $q$
with counted as (
    update cluster_version v set version = v.version + 1, changed_at = now()
    where v.deployment_id = @DeploymentId and v.version = @Version
      and not exists (
        select from cluster_member m
        where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
    returning v.deployment_id),
made as (
    insert into cluster_member (
        deployment_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, alive_time)
    select c.deployment_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    from counted c
    returning 1)
select count(*)::integer as done from made
$q$),
('UpdateMembershipKey', $q$
with counted as (
    update cluster_version v set version = v.version + 1, changed_at = now()
    where v.deployment_id = @DeploymentId and v.version = @Version
      and exists (
        select from cluster_member m
        where m.deployment_id = @DeploymentId and m.address = @Address and m.port = @Port and m.generation = @Generation)
    returning v.deployment_id),
changed as (
    update cluster_member m set status = @Status, suspect_times = @SuspectTimes, alive_time = @IAmAliveTime
    from counted c
    where m.deployment_id = c.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
    returning 1)
select count(*)::integer as done from changed
$q$),
('UpdateIAmAlivetimeKey', $q$
update cluster_member set alive_time = @IAmAliveTime
where deployment_id = @DeploymentId and address = @Address and port = @Port and generation = @Generation
$q$),
('MembershipReadRowKey', $q$
select v.deployment_id as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
       m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
       m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_time as "IAmAliveTime", v.version as "Version"
from cluster_version v
left join cluster_member m
    on m.deployment_id = v.deployment_id and m.address = @Address and m.port = @Port and m.generation = @Generation
where v.deployment_id = @DeploymentId
$q$),
('MembershipReadAllKey', $q$
select v.deployment_id as "DeploymentId", m.address as "Address", m.port as "Port", m.generation as "Generation",
       m.silo_name as "SiloName", m.host_name as "HostName", m.status as "Status", m.proxy_port as "ProxyPort",
       m.suspect_times as "SuspectTimes", m.start_time as "StartTime", m.alive_time as "IAmAliveTime", v.version as "Version"
from cluster_version v
left join cluster_member m on m.deployment_id = v.deployment_id
where v.deployment_id = @DeploymentId
$q$),
('GatewaysQueryKey', $q$
select address as "Address", proxy_port as "ProxyPort", generation as "Generation"
from cluster_member
where deployment_id = @DeploymentId and status = @Status and proxy_port > 0
$q$),
('DeleteMembershipTableEntriesKey', $q$
delete from cluster_version where deployment_id = @DeploymentId
$q$),
('CleanupDefunctSiloEntriesKey', $q$
delete from cluster_member where deployment_id = @DeploymentId and alive_time < @IAmAliveTime and status = 6
$q$);
