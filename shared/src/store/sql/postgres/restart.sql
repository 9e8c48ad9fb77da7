-- Attempts start again; the old files are hidden at once, and the reconciler removes them.
with clock as materialized (select clock_timestamp() as now),
old as (select id, state from jobs where id = $1 for update),
job as (
    update jobs j set state = 'queued', dispatch = dispatch + 1, attempt = 0, attempts = '[]', faults = 0,
        fault_since = null, run = null, started_at = null, finished_at = null, generated_at = null, snapshot = null,
        phase = null, done = null, total = null, result = null, result_run = null, failure = null, expires_at = null,
        expired_at = null, cancel_requested_at = null, cancel_requested_by = null, submitted_to_state_at = null,
        run_at = now, program = null, version = version + 1, changed_at = now
    from clock, old where j.id = old.id and j.deleted_at is null and j.state in ('completed', 'failed', 'canceled')
    returning j.*, old.state as state_before
),
line as (
    insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
    select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate from job
    on conflict (job) do update set dispatch = excluded.dispatch, run_at = excluded.run_at,
        not_before = excluded.not_before, admitted_at = null
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to)
    select changed_at, id, tenant, $2, 'restart', state_before, state from job
)
select id from job
