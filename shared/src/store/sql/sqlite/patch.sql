-- $2 json of what changes: label, keep_until_deleted, run_at (microseconds), submitted_to_state.
insert into audit (at, job, tenant, person, action, state_from, state_to)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, $4, 'edit', state,
    case when json_type($2, '$.run_at') is not null and state in ('queued', 'scheduled') then
        case when coalesce($2 ->> 'run_at', 0) > cast(unixepoch('subsec') * 1000000 as integer) then 'scheduled' else 'queued' end else state end
from jobs where id = $1 and deleted_at is null
    and (json_type($2, '$.run_at') is null or state in ('queued', 'scheduled'))
    and (json_type($2, '$.submitted_to_state') is null or state = 'completed');
update jobs set
    label = case when json_type($2, '$.label') is not null then $2 ->> 'label' else label end,
    keep_until_deleted = coalesce($2 ->> 'keep_until_deleted', keep_until_deleted),
    expires_at = case when json_type($2, '$.keep_until_deleted') is null or state <> 'completed' then expires_at
        when $2 ->> 'keep_until_deleted' then null else coalesce(expires_at, cast(unixepoch('subsec') * 1000000 as integer) + $3) end,
    run_at = case when json_type($2, '$.run_at') is not null then coalesce($2 ->> 'run_at', cast(unixepoch('subsec') * 1000000 as integer)) else run_at end,
    state = case when json_type($2, '$.run_at') is not null and state in ('queued', 'scheduled') then
        case when coalesce($2 ->> 'run_at', 0) > cast(unixepoch('subsec') * 1000000 as integer) then 'scheduled' else 'queued' end else state end,
    dispatch = case when json_type($2, '$.run_at') is not null
        then max(dispatch, coalesce((select o.dispatch from outbox o where o.job = jobs.id), 0)) + 1 else dispatch end,
    submitted_to_state_at = case when json_type($2, '$.submitted_to_state') is null then submitted_to_state_at
        when $2 ->> 'submitted_to_state' then coalesce(submitted_to_state_at, cast(unixepoch('subsec') * 1000000 as integer)) end,
    version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and deleted_at is null
    and (json_type($2, '$.run_at') is null or state in ('queued', 'scheduled'))
    and (json_type($2, '$.submitted_to_state') is null or state = 'completed')
returning id;
delete from outbox where job = $1 and json_type($2, '$.run_at') is not null
    and exists (select 1 from jobs where id = $1 and state in ('queued', 'scheduled'));
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate from jobs where id = $1 and state = 'queued' and json_type($2, '$.run_at') is not null;
