-- Webhooks of tenants, and marks on results that are to go. Both are written by triggers, so that whatever ends or hides a
-- job writes them in its own transaction, also a program of the release before.

create table webhooks (
    id uuid primary key,
    tenant text not null,
    url text not null,
    secret text not null,
    made_by text not null,
    made_at timestamptz not null,
    deleted_at timestamptz
);
create index webhooks_tenant on webhooks (tenant) where deleted_at is null;

-- One row for each webhook and notice, and for each test. `due_at` is null once it was delivered or given up; while it is
-- being sent, `due_at` is the end of the sender's lease.
create table deliveries (
    id uuid primary key default gen_random_uuid(),
    webhook uuid not null references webhooks (id),
    notice bigint,
    job uuid,
    state text,
    at timestamptz not null,
    attempts bigint not null default 0,
    due_at timestamptz,
    lease uuid,
    tried_at timestamptz,
    delivered_at timestamptz,
    last_status bigint,
    last_error text
);
create unique index deliveries_notice on deliveries (webhook, notice) where notice is not null;
create index deliveries_due on deliveries (webhook, due_at) where due_at is not null;
create index deliveries_log on deliveries (webhook, at desc, id desc);
create index deliveries_age on deliveries (at) where due_at is null;

create function notices_deliver() returns trigger language plpgsql as $$
begin
    insert into deliveries (webhook, notice, job, state, at, due_at)
    select w.id, n.seq, n.job, n.state, n.at, n.at
    from made n join webhooks w on w.tenant = n.tenant and w.deleted_at is null;
    return null;
end $$;
create trigger notices_deliver after insert on notices referencing new table as made
for each statement execute function notices_deliver();

-- `trash.object_key` is the folder of a run whose result was offered and is hidden now.
create function jobs_hide() returns trigger language plpgsql as $$
begin
    insert into trash (object_key, marked_at)
    values ('results/' || old.tenant || '/' || old.id || '/' || old.result_run, clock_timestamp())
    on conflict do nothing;
    return null;
end $$;
create trigger jobs_hide after update of expired_at, deleted_at, result_run on jobs for each row
when (old.result_run is not null and old.expired_at is null and old.deleted_at is null
    and (new.expired_at is not null or new.deleted_at is not null or new.result_run is distinct from old.result_run))
execute function jobs_hide();
