-- The queue: jobs, the line of waiting jobs, the audit log, snapshots, workers.
-- Migrations only add: the program of the release before must run on the tables of this one.

create table jobs (
    id uuid primary key,
    tenant text not null,
    extract text not null,
    request text not null,
    label text,
    lane text not null,
    high_priority boolean not null,
    keep_until_deleted boolean not null,
    school_year bigint,
    submitter text not null,
    submitted_at timestamptz not null,
    schedule uuid,
    fire_at timestamptz,
    state text not null,
    run_at timestamptz not null,
    dispatch bigint not null default 1,
    attempt bigint not null default 0,
    max_attempts bigint not null,
    attempts text not null default '[]',
    faults bigint not null default 0,
    fault_since timestamptz,
    run uuid,
    worker uuid,
    lease_until timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    generated_at text,
    wants text,
    snapshot uuid,
    phase text,
    done bigint,
    total bigint,
    progress_at timestamptz,
    estimate bigint not null default 0,
    cancel_requested_at timestamptz,
    cancel_requested_by text,
    delete_requested_at timestamptz,
    result text,
    result_run uuid,
    failure text,
    program text,
    expires_at timestamptz,
    expired_at timestamptz,
    submitted_to_state_at timestamptz,
    deleted_at timestamptz,
    deleted_by text,
    version bigint not null default 1,
    changed_at timestamptz not null
) with (fillfactor = 80);

create index jobs_list on jobs (tenant, submitted_at desc, id desc);
create index jobs_own on jobs (tenant, submitter, submitted_at desc, id desc);
create index jobs_due on jobs (run_at) where state = 'scheduled';
create index jobs_running on jobs (lease_until) where state = 'processing';
create index jobs_expiry on jobs (expires_at) where expires_at is not null;
create index jobs_changed on jobs (changed_at);
create unique index jobs_fire on jobs (schedule, fire_at) where schedule is not null and fire_at is not null;

-- The line: one row for each queued job, from the moment it is queued until it is claimed or canceled.
create table outbox (
    job uuid primary key,
    dispatch bigint not null,
    tenant text not null,
    extract text not null,
    lane text not null,
    high_priority boolean not null,
    run_at timestamptz not null,
    submitted_at timestamptz not null,
    not_before timestamptz not null,
    estimate bigint not null default 0,
    admitted_at timestamptz,
    position bigint,
    estimated_start_at timestamptz
) with (fillfactor = 80);

create index outbox_waiting on outbox (tenant, lane, high_priority desc, run_at, submitted_at, job) where admitted_at is null;
create index outbox_admitted on outbox (admitted_at) where admitted_at is not null;

create table idempotency (
    tenant text not null,
    submitter text not null,
    key text not null,
    body text not null,
    job uuid not null,
    made_at timestamptz not null,
    primary key (tenant, submitter, key)
);
create index idempotency_age on idempotency (made_at);

create table audit (
    seq bigint generated always as identity primary key,
    at timestamptz not null,
    job uuid,
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
    turn bigint not null default 0,
    paused boolean not null default false
);

create table paused_extracts (
    extract text primary key
);

create table workers (
    id uuid primary key,
    host text not null,
    program text not null,
    batch_slots bigint not null,
    interactive_slots bigint not null,
    batch_free bigint not null,
    interactive_free bigint not null,
    memory bigint not null,
    memory_free bigint not null,
    started bigint not null default 0,
    draining boolean not null default false,
    started_at timestamptz not null,
    seen_at timestamptz not null
);

create table snapshots (
    id uuid primary key,
    tenant text not null,
    job uuid,
    district text not null,
    as_of text not null,
    submitted_at timestamptz not null,
    imported_at timestamptz not null,
    choices text not null,
    manifest text not null,
    bytes bigint not null,
    findings text not null,
    gone_at timestamptz
);
create index snapshots_tenant on snapshots (tenant, submitted_at desc, id desc);

create table leads (
    tenant text primary key,
    snapshot uuid not null references snapshots (id),
    named_at timestamptz not null
);

create table people (
    tenant text not null,
    name text not null,
    grants text not null,
    seen_at timestamptz not null,
    primary key (tenant, name)
);

create table uploads (
    upload text primary key,
    object_key text not null,
    job uuid,
    run uuid,
    started_at timestamptz not null
);

create table trash (
    object_key text primary key,
    marked_at timestamptz not null,
    gone_at timestamptz
);
create index trash_waiting on trash (marked_at) where gone_at is null;

create table dead_letters (
    seq bigint generated always as identity primary key,
    job uuid,
    reason text not null,
    at timestamptz not null
);
create index dead_letters_job on dead_letters (job);

create index jobs_open on jobs (state, lane) where state in ('scheduled', 'queued', 'processing');
