-- A finished job leaves the queue; the reconciler removes its files.
insert into audit (at, job, tenant, person, action, state_from, state_to)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, $2, 'delete', state, state
from jobs where id = $1 and deleted_at is null and state in ('completed', 'failed', 'canceled');
update jobs set deleted_at = cast(unixepoch('subsec') * 1000000 as integer), deleted_by = $2, version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and deleted_at is null and state in ('completed', 'failed', 'canceled')
returning id
