-- $1 json [{id, tenant, …}]: jobs with their places in the line and their audit rows. One is scheduled when run_at is later
-- than now. A fire time of a schedule that has its job already makes none.
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (id uuid, tenant text, extract text, request text, label text, lane text,
        high_priority boolean, keep_until_deleted boolean, school_year bigint, submitter text, schedule uuid,
        fire_at timestamptz, run_at timestamptz, max_attempts bigint, estimate bigint, wants text)
),
clock as materialized (select clock_timestamp() as now),
job as (
    insert into jobs (id, tenant, extract, request, label, lane, high_priority, keep_until_deleted, school_year,
        submitter, submitted_at, schedule, fire_at, state, run_at, max_attempts, estimate, wants, changed_at)
    select id, tenant, extract, request, label, lane, high_priority, keep_until_deleted, school_year, submitter, now, schedule,
        fire_at, case when coalesce(run_at, now) > now then 'scheduled' else 'queued' end,
        coalesce(run_at, now), max_attempts, estimate, wants, now
    from ask, clock
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
