-- A waiting job is canceled at once; of a running one it is asked.
insert into audit (at, job, tenant, person, action, state_from, state_to)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, $2, case when $3 then 'delete' else 'cancel' end, state,
    case when state in ('scheduled', 'queued') then 'canceled' else state end
from jobs where id = $1 and deleted_at is null and state in ('scheduled', 'queued', 'processing');
insert into notices (tenant, person, job, state, at)
select tenant, submitter, id, 'canceled', cast(unixepoch('subsec') * 1000000 as integer) from jobs where id = $1 and deleted_at is null and state in ('scheduled', 'queued');
delete from outbox where job = $1;
update jobs set
    state = case when state in ('scheduled', 'queued') then 'canceled' else state end,
    finished_at = case when state in ('scheduled', 'queued') then cast(unixepoch('subsec') * 1000000 as integer) else finished_at end,
    cancel_requested_at = coalesce(cancel_requested_at, cast(unixepoch('subsec') * 1000000 as integer)),
    cancel_requested_by = coalesce(cancel_requested_by, $2),
    delete_requested_at = case when $3 then coalesce(delete_requested_at, cast(unixepoch('subsec') * 1000000 as integer)) else delete_requested_at end,
    deleted_at = case when $3 and state in ('scheduled', 'queued') then cast(unixepoch('subsec') * 1000000 as integer) else deleted_at end,
    deleted_by = case when $3 then $2 else deleted_by end,
    version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and deleted_at is null and state in ('scheduled', 'queued', 'processing')
returning id, state
