-- Attempts start again; the old files are hidden at once, and the reconciler removes them.
insert into audit (at, job, tenant, person, action, state_from, state_to)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, $2, 'restart', state, 'queued'
from jobs where id = $1 and deleted_at is null and state in ('completed', 'failed', 'canceled');
update jobs set state = 'queued', dispatch = dispatch + 1, attempt = 0, attempts = '[]', faults = 0,
    fault_since = null, run = null, started_at = null, finished_at = null, generated_at = null, snapshot = null,
    phase = null, done = null, total = null, result = null, result_run = null, failure = null, expires_at = null,
    expired_at = null, cancel_requested_at = null, cancel_requested_by = null, submitted_to_state_at = null,
    run_at = cast(unixepoch('subsec') * 1000000 as integer), program = null, version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and deleted_at is null and state in ('completed', 'failed', 'canceled')
returning id;
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate from jobs where id = $1 and state = 'queued'
on conflict (job) do nothing;
