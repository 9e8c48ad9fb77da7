-- Webhooks of tenants, and marks on results that are to go. Both are written by triggers, so that whatever ends or hides a
-- job writes them in its own transaction, also a program of the release before.

create table webhooks (
    id text primary key,
    tenant text not null,
    url text not null,
    secret text not null,
    made_by text not null,
    made_at integer not null,
    deleted_at integer
);
create index webhooks_tenant on webhooks (tenant) where deleted_at is null;

-- One row for each webhook and notice, and for each test. `due_at` is null once it was delivered or given up; while it is
-- being sent, `due_at` is the end of the sender's lease.
create table deliveries (
    id text primary key default (lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)
        || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))),
    webhook text not null references webhooks (id),
    notice integer,
    job text,
    state text,
    at integer not null,
    attempts integer not null default 0,
    due_at integer,
    lease text,
    tried_at integer,
    delivered_at integer,
    last_status integer,
    last_error text
);
create unique index deliveries_notice on deliveries (webhook, notice) where notice is not null;
create index deliveries_due on deliveries (webhook, due_at) where due_at is not null;
create index deliveries_log on deliveries (webhook, at desc, id desc);
create index deliveries_age on deliveries (at) where due_at is null;

create trigger notices_deliver after insert on notices begin
    insert into deliveries (webhook, notice, job, state, at, due_at)
    select w.id, new.seq, new.job, new.state, new.at, new.at
    from webhooks w where w.tenant = new.tenant and w.deleted_at is null;
end;

-- `trash.object_key` is the folder of a run whose result was offered and is hidden now.
create trigger jobs_hide after update of expired_at, deleted_at, result_run on jobs
when old.result_run is not null and old.expired_at is null and old.deleted_at is null
    and (new.expired_at is not null or new.deleted_at is not null or new.result_run is not old.result_run)
begin
    insert into trash (object_key, marked_at)
    values ('results/' || old.tenant || '/' || old.id || '/' || old.result_run, cast(unixepoch('subsec') * 1000000 as integer))
    on conflict do nothing;
end;
