-- $2 json of what changes: label, keep_until_deleted, run_at (microseconds), submitted_to_state.
with clock as materialized (select clock_timestamp() as now),
old as (select id, state from jobs where id = $1 for update),
job as (
    update jobs j set
        label = case when $2::jsonb ? 'label' then $2::jsonb ->> 'label' else label end,
        keep_until_deleted = coalesce(($2::jsonb ->> 'keep_until_deleted')::boolean, keep_until_deleted),
        expires_at = case when not ($2::jsonb ? 'keep_until_deleted') or j.state <> 'completed' then expires_at
            when ($2::jsonb ->> 'keep_until_deleted')::boolean then null
            else coalesce(expires_at, now + $3 * interval '1 microsecond') end,
        run_at = case when $2::jsonb ? 'run_at' then coalesce(to_timestamp(($2::jsonb ->> 'run_at')::numeric / 1000000), now)
            else run_at end,
        state = case when $2::jsonb ? 'run_at' and j.state in ('queued', 'scheduled') then
            case when coalesce(to_timestamp(($2::jsonb ->> 'run_at')::numeric / 1000000), now) > now then 'scheduled'
                else 'queued' end else j.state end,
        dispatch = case when $2::jsonb ? 'run_at' then greatest(dispatch, coalesce((select o.dispatch from outbox o where o.job = j.id), 0)) + 1
            else dispatch end,
        submitted_to_state_at = case when not ($2::jsonb ? 'submitted_to_state') then submitted_to_state_at
            when ($2::jsonb ->> 'submitted_to_state')::boolean then coalesce(submitted_to_state_at, now) end,
        version = version + 1, changed_at = now
    from clock, old where j.id = old.id and j.deleted_at is null
        and (not ($2::jsonb ? 'run_at') or j.state in ('queued', 'scheduled'))
        and (not ($2::jsonb ? 'submitted_to_state') or j.state = 'completed')
    returning j.*, old.state as state_before
),
gone as (delete from outbox o using job where o.job = job.id and $2::jsonb ? 'run_at' and job.state <> 'queued'),
line as (
    insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
    select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate
    from job where state = 'queued' and $2::jsonb ? 'run_at'
    on conflict (job) do update set dispatch = excluded.dispatch, run_at = excluded.run_at,
        not_before = excluded.not_before, admitted_at = null
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to)
    select changed_at, id, tenant, $4, 'edit', state_before, state from job
)
select id from job
