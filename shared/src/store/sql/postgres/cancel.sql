-- A waiting job is canceled at once; of a running one it is asked.
with clock as materialized (select clock_timestamp() as now),
old as (select id, state from jobs where id = $1 for update),
job as (
    update jobs j set
        state = case when j.state in ('scheduled', 'queued') then 'canceled' else j.state end,
        finished_at = case when j.state in ('scheduled', 'queued') then now else finished_at end,
        cancel_requested_at = coalesce(cancel_requested_at, now),
        cancel_requested_by = coalesce(cancel_requested_by, $2),
        delete_requested_at = case when $3 then coalesce(delete_requested_at, now) else delete_requested_at end,
        deleted_at = case when $3 and j.state in ('scheduled', 'queued') then now else deleted_at end,
        deleted_by = case when $3 then $2 else deleted_by end,
        version = version + 1, changed_at = now
    from clock, old where j.id = old.id and j.deleted_at is null and j.state in ('scheduled', 'queued', 'processing')
    returning j.*, old.state as state_before
),
gone as (delete from outbox o using job where o.job = job.id),
notice as (
    insert into notices (tenant, person, job, state, at)
    select tenant, submitter, id, state, changed_at from job where state in ('completed', 'failed', 'canceled')
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to)
    select changed_at, id, tenant, $2, case when $3 then 'delete' else 'cancel' end, state_before, state from job
)
select id, state from job
