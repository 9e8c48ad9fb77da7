-- The third dead letter of a waiting job ends it.
with clock as materialized (select clock_timestamp() as now),
job as (
    update jobs j set state = 'failed', failure = $2, finished_at = now, version = version + 1, changed_at = now
    from clock where j.id = $1 and j.state = 'queued' returning j.*
),
gone as (delete from outbox o using job where o.job = job.id),
notice as (
    insert into notices (tenant, person, job, state, at)
    select tenant, submitter, id, state, changed_at from job where state in ('completed', 'failed', 'canceled')
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to)
    select changed_at, id, tenant, 'reconciler', 'dead letter', 'queued', 'failed' from job
)
select id from job
