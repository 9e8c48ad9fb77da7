-- Schedules: requests that become jobs at their fire times, or after another job.

create table schedules (
    id text primary key,
    tenant text not null,
    extract text not null,
    request text not null,
    label text,
    high_priority boolean not null,
    keep_until_deleted boolean not null,
    school_year integer,
    owner text not null,
    cron text,
    time_zone text,
    follows text,
    missed text not null,
    overlap text not null,
    jitter integer not null,
    enabled boolean not null,
    next_fire_at integer,
    last_fire_at integer,
    shipped text,
    made_at integer not null,
    changed_at integer not null,
    deleted_at integer,
    version integer not null default 1
);

create index schedules_due on schedules (next_fire_at) where next_fire_at is not null;
create index schedules_tenant on schedules (tenant);
create unique index schedules_shipped on schedules (tenant, shipped) where shipped is not null;
create index jobs_schedule on jobs (schedule) where schedule is not null;
