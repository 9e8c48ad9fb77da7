-- A finished job leaves the queue; the reconciler removes its files.
with clock as materialized (select clock_timestamp() as now),
job as (
    update jobs j set deleted_at = now, deleted_by = $2, version = version + 1, changed_at = now
    from clock where j.id = $1 and j.deleted_at is null and j.state in ('completed', 'failed', 'canceled')
    returning j.*
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to)
    select changed_at, id, tenant, $2, 'delete', state, state from job
)
select id from job
