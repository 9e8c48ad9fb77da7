-- Leases that ran out: back to the line, or the end when the attempts are used up or a cancel was asked.
-- $1 first delay and $2 longest delay in microseconds, $3 the failure of a job that is out of attempts.
-- They are marked first: the clock moves on between statements.
update jobs set lease_until = 0 where state = 'processing' and lease_until < cast(unixepoch('subsec') * 1000000 as integer);
insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, 'rescuer', 'rescue', 'processing', case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end, run from jobs where state = 'processing' and lease_until = 0;
insert into notices (tenant, person, job, state, at)
select tenant, submitter, id, case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end, cast(unixepoch('subsec') * 1000000 as integer) from jobs where state = 'processing' and lease_until = 0 and case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end <> 'queued';
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch + 1, tenant, extract, lane, high_priority, run_at, submitted_at,
    cast(unixepoch('subsec') * 1000000 as integer) + cast(min($1 * (1 << min(max(attempt - 1, 0), 20)), $2) as integer), estimate
from jobs where state = 'processing' and lease_until = 0 and case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end = 'queued';
update jobs set state = case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end,
    failure = case when case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end = 'failed' then $3 end,
    attempts = json_insert(attempts, '$[#]', json_object('attempt', attempt, 'at', strftime('%Y-%m-%dT%H:%M:%SZ', 'now'),
        'class', 'crash', 'message', 'The worker that ran the job was lost.')),
    dispatch = dispatch + (case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end = 'queued'),
    finished_at = case when case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end = 'queued' then null else cast(unixepoch('subsec') * 1000000 as integer) end,
    deleted_at = case when case when cancel_requested_at is not null then 'canceled' when attempt >= max_attempts then 'failed' else 'queued' end <> 'queued' and delete_requested_at is not null then cast(unixepoch('subsec') * 1000000 as integer) else deleted_at end,
    lease_until = null, worker = null, phase = null, done = null, total = null, version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where state = 'processing' and lease_until = 0
returning id, state
