-- A job with its place in the line and its audit row. It is scheduled when run_at is later than now.
with clock as materialized (select clock_timestamp() as now),
job as (
    insert into jobs (id, tenant, extract, request, label, lane, high_priority, keep_until_deleted, school_year,
        submitter, submitted_at, schedule, fire_at, state, run_at, max_attempts, estimate, wants, changed_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now, $11, $12,
        case when coalesce($13, now) > now then 'scheduled' else 'queued' end,
        coalesce($13, now), $14, $15, $16, now
    from clock
    on conflict (schedule, fire_at) where schedule is not null and fire_at is not null do nothing
    returning *
),
line as (
    insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
    select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate
    from job where state = 'queued'
),
log as (
    insert into audit (at, job, tenant, person, action, state_to)
    select submitted_at, id, tenant, submitter, 'submit', state from job
)
select job.*, null::bigint as position, null::timestamptz as estimated_start_at, null::text as snapshot_as_of from job
