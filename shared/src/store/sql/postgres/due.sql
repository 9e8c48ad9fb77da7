-- Scheduled jobs whose time has come enter the line.
with clock as materialized (select clock_timestamp() as now),
ready as (
    select id from jobs where state = 'scheduled' and run_at <= clock_timestamp() and deleted_at is null
    order by id limit 1000 for update skip locked
),
job as (
    update jobs j set state = 'queued', dispatch = dispatch + 1, version = version + 1, changed_at = now
    from ready, clock where j.id = ready.id
    returning j.*
),
line as (
    insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
    select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate from job
    on conflict (job) do update set dispatch = excluded.dispatch, run_at = excluded.run_at,
        not_before = excluded.not_before, admitted_at = null
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to)
    select changed_at, id, tenant, 'scheduler', 'due', 'scheduled', 'queued' from job
)
select id from job
