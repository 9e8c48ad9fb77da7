-- Ends a run that made nothing. $1 job, $2 run, $3 outcome (failed, canceled or queued), $4 failure, $5 attempts,
-- $6 delay in microseconds, $7 the attempt is given back, $8 a fault of ours is counted.
insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, 'worker', $3, 'processing', $3, run from jobs
where id = $1 and run = $2 and state = 'processing' and ($3 = 'canceled' or cancel_requested_at is null);
insert into notices (tenant, person, job, state, at)
select tenant, submitter, id, $3, cast(unixepoch('subsec') * 1000000 as integer) from jobs
where id = $1 and run = $2 and state = 'processing' and $3 <> 'queued' and ($3 = 'canceled' or cancel_requested_at is null);
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch + 1, tenant, extract, lane, high_priority, run_at, submitted_at, cast(unixepoch('subsec') * 1000000 as integer) + $6, estimate from jobs
where id = $1 and run = $2 and state = 'processing' and $3 = 'queued' and cancel_requested_at is null;
update jobs set state = $3, failure = case when $3 = 'failed' then $4 end, attempts = coalesce($5, attempts),
    attempt = attempt - case when $7 then 1 else 0 end, faults = faults + case when $8 then 1 else 0 end,
    fault_since = case when $8 then coalesce(fault_since, cast(unixepoch('subsec') * 1000000 as integer)) else fault_since end,
    dispatch = dispatch + case when $3 = 'queued' then 1 else 0 end,
    finished_at = case when $3 = 'queued' then null else cast(unixepoch('subsec') * 1000000 as integer) end,
    deleted_at = case when $3 <> 'queued' and delete_requested_at is not null then cast(unixepoch('subsec') * 1000000 as integer) else deleted_at end,
    lease_until = null, worker = null, phase = null, done = null, total = null, version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and run = $2 and state = 'processing' and ($3 = 'canceled' or cancel_requested_at is null)
returning id
