-- Ends a run that made nothing. $1 job, $2 run, $3 outcome (failed, canceled or queued), $4 failure, $5 attempts,
-- $6 delay in microseconds, $7 the attempt is given back, $8 a fault of ours is counted.
with clock as materialized (select clock_timestamp() as now),
job as (
    update jobs j set state = $3, failure = case when $3 = 'failed' then $4 end, attempts = coalesce($5, attempts),
        attempt = attempt - case when $7 then 1 else 0 end, faults = faults + case when $8 then 1 else 0 end,
        fault_since = case when $8 then coalesce(fault_since, now) else fault_since end,
        dispatch = dispatch + case when $3 = 'queued' then 1 else 0 end,
        finished_at = case when $3 = 'queued' then null else now end,
        deleted_at = case when $3 <> 'queued' and delete_requested_at is not null then now else deleted_at end,
        lease_until = null, worker = null, phase = null, done = null, total = null, version = version + 1, changed_at = now
    from clock where j.id = $1 and j.run = $2 and j.state = 'processing'
        and ($3 = 'canceled' or j.cancel_requested_at is null)
    returning j.*
),
line as (
    insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
    select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at,
        now + $6 * interval '1 microsecond', estimate
    from job, clock where state = 'queued'
    on conflict (job) do update set dispatch = excluded.dispatch, run_at = excluded.run_at,
        not_before = excluded.not_before, admitted_at = null
),
notice as (
    insert into notices (tenant, person, job, state, at)
    select tenant, submitter, id, state, changed_at from job where state in ('completed', 'failed', 'canceled')
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
    select changed_at, id, tenant, 'worker', $3, 'processing', state, run::text from job
)
select id from job
