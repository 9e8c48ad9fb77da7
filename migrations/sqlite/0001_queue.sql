-- The queue: jobs, the line of waiting jobs, the audit log, snapshots, workers.
-- Migrations only add: the program of the release before must run on the tables of this one.

create table jobs (
    id text primary key,
    tenant text not null,
    extract text not null,
    request text not null,
    label text,
    lane text not null,
    high_priority boolean not null,
    keep_until_deleted boolean not null,
    school_year integer,
    submitter text not null,
    submitted_at integer not null,
    schedule text,
    fire_at integer,
    state text not null,
    run_at integer not null,
    dispatch integer not null default 1,
    attempt integer not null default 0,
    max_attempts integer not null,
    attempts text not null default '[]',
    faults integer not null default 0,
    fault_since integer,
    run text,
    worker text,
    lease_until integer,
    started_at integer,
    finished_at integer,
    generated_at text,
    wants text,
    snapshot text,
    phase text,
    done integer,
    total integer,
    progress_at integer,
    estimate integer not null default 0,
    cancel_requested_at integer,
    cancel_requested_by text,
    delete_requested_at integer,
    result text,
    result_run text,
    failure text,
    program text,
    expires_at integer,
    expired_at integer,
    submitted_to_state_at integer,
    deleted_at integer,
    deleted_by text,
    version integer not null default 1,
    changed_at integer not null
);

create index jobs_list on jobs (tenant, submitted_at desc, id desc);
create index jobs_own on jobs (tenant, submitter, submitted_at desc, id desc);
create index jobs_due on jobs (run_at) where state = 'scheduled';
create index jobs_running on jobs (lease_until) where state = 'processing';
create index jobs_expiry on jobs (expires_at) where expires_at is not null;
create index jobs_changed on jobs (changed_at);
create unique index jobs_fire on jobs (schedule, fire_at) where schedule is not null and fire_at is not null;

-- The line: one row for each queued job, from the moment it is queued until it is claimed or canceled.
create table outbox (
    job text primary key,
    dispatch integer not null,
    tenant text not null,
    extract text not null,
    lane text not null,
    high_priority boolean not null,
    run_at integer not null,
    submitted_at integer not null,
    not_before integer not null,
    estimate integer not null default 0,
    admitted_at integer,
    position integer,
    estimated_start_at integer
);

create index outbox_waiting on outbox (tenant, lane, high_priority desc, run_at, submitted_at, job) where admitted_at is null;
create index outbox_admitted on outbox (admitted_at) where admitted_at is not null;

create table idempotency (
    tenant text not null,
    submitter text not null,
    key text not null,
    body text not null,
    job text not null,
    made_at integer not null,
    primary key (tenant, submitter, key)
);
create index idempotency_age on idempotency (made_at);

create table audit (
    seq integer primary key autoincrement,
    at integer not null,
    job text,
    tenant text,
    person text not null,
    action text not null,
    state_from text,
    state_to text,
    detail text
);
create index audit_job on audit (job);
create index audit_at on audit (at);

create table tenants (
    tenant text primary key,
    turn integer not null default 0,
    paused boolean not null default 0
);

create table paused_extracts (
    extract text primary key
);

create table workers (
    id text primary key,
    host text not null,
    program text not null,
    batch_slots integer not null,
    interactive_slots integer not null,
    batch_free integer not null,
    interactive_free integer not null,
    memory integer not null,
    memory_free integer not null,
    started integer not null default 0,
    draining boolean not null default 0,
    started_at integer not null,
    seen_at integer not null
);

create table snapshots (
    id text primary key,
    tenant text not null,
    job text,
    district text not null,
    as_of text not null,
    submitted_at integer not null,
    imported_at integer not null,
    choices text not null,
    manifest text not null,
    bytes integer not null,
    findings text not null,
    gone_at integer
);
create index snapshots_tenant on snapshots (tenant, submitted_at desc, id desc);

create table leads (
    tenant text primary key,
    snapshot text not null references snapshots (id),
    named_at integer not null
);

create table people (
    tenant text not null,
    name text not null,
    grants text not null,
    seen_at integer not null,
    primary key (tenant, name)
);

create table uploads (
    upload text primary key,
    object_key text not null,
    job text,
    run text,
    started_at integer not null
);

create table trash (
    object_key text primary key,
    marked_at integer not null,
    gone_at integer
);
create index trash_waiting on trash (marked_at) where gone_at is null;

create table dead_letters (
    seq integer primary key autoincrement,
    job text,
    reason text not null,
    at integer not null
);
create index dead_letters_job on dead_letters (job);

create index jobs_open on jobs (state, lane) where state in ('scheduled', 'queued', 'processing');
