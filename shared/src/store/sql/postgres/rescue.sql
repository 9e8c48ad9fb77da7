-- Leases that ran out: back to the line, or the end when the attempts are used up or a cancel was asked.
-- $1 first delay and $2 longest delay in microseconds, $3 the failure of a job that is out of attempts.
with clock as materialized (select clock_timestamp() as now),
lost as (
    select id,
        case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed'
            else 'queued' end as next
    from jobs where state = 'processing' and lease_until < clock_timestamp()
    order by id limit 1000 for update skip locked
),
job as (
    update jobs j set state = lost.next, failure = case when lost.next = 'failed' then $3 end,
        attempts = (j.attempts::jsonb || jsonb_build_object('attempt', j.attempt,
            'at', to_char(now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'class', 'crash',
            'message', 'The worker that ran the job was lost.'))::text,
        dispatch = dispatch + case when lost.next = 'queued' then 1 else 0 end,
        finished_at = case when lost.next = 'queued' then null else now end,
        deleted_at = case when lost.next <> 'queued' and delete_requested_at is not null then now else deleted_at end,
        lease_until = null, worker = null, phase = null, done = null, total = null, version = version + 1, changed_at = now
    from lost, clock where j.id = lost.id
    returning j.*
),
line as (
    insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
    select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at,
        now + least($1 * power(2, greatest(attempt - 1, 0)), $2) * interval '1 microsecond', estimate
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
    select changed_at, id, tenant, 'rescuer', 'rescue', 'processing', state, run::text from job
)
select id, state from job
