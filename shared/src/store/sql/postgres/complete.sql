-- $1 json [{job, run, result, expiry}], expiry in microseconds. A job that was asked to stop does not complete.
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, run uuid, result text, expiry bigint)
),
clock as materialized (select clock_timestamp() as now),
mine as (
    select j.id, a.result, a.expiry
    from (select * from ask order by job) a
        cross join lateral (select id, run, state, cancel_requested_at from jobs where id = a.job offset 0 for update) j
    where j.run = a.run and j.state = 'processing' and j.cancel_requested_at is null
),
job as (
    update jobs j set state = 'completed', finished_at = now, result = mine.result, result_run = j.run, failure = null,
        lease_until = null, worker = null, done = coalesce(total, done),
        expires_at = case when keep_until_deleted then null else now + mine.expiry * interval '1 microsecond' end,
        version = version + 1, changed_at = now
    from mine, clock where j.id = mine.id
    returning j.*
),
notice as (
    insert into notices (tenant, person, job, state, at)
    select tenant, submitter, id, state, changed_at from job where state in ('completed', 'failed', 'canceled')
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
    select changed_at, id, tenant, 'worker', 'complete', 'processing', 'completed', run::text from job
)
select id, run from job
