-- Schedules: requests that become jobs at their fire times, or after another job.

create table schedules (
    id uuid primary key,
    tenant text not null,
    extract text not null,
    request text not null,
    label text,
    high_priority boolean not null,
    keep_until_deleted boolean not null,
    school_year bigint,
    owner text not null,
    cron text,
    time_zone text,
    follows text,
    missed text not null,
    overlap text not null,
    jitter bigint not null,
    enabled boolean not null,
    next_fire_at timestamptz,
    last_fire_at timestamptz,
    shipped text,
    made_at timestamptz not null,
    changed_at timestamptz not null,
    deleted_at timestamptz,
    version bigint not null default 1
);

create index schedules_due on schedules (next_fire_at) where next_fire_at is not null;
create index schedules_tenant on schedules (tenant);
create unique index schedules_shipped on schedules (tenant, shipped) where shipped is not null;
create index jobs_schedule on jobs (schedule) where schedule is not null;
