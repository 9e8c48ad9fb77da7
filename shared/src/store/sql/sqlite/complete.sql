-- $1 json [{job, run, result, expiry}], expiry in microseconds. A job that was asked to stop does not complete.
insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
select cast(unixepoch('subsec') * 1000000 as integer), j.id, j.tenant, 'worker', 'complete', 'processing', 'completed', j.run
from json_each($1) a join jobs j on j.id = a.value ->> 'job'
where j.run = a.value ->> 'run' and j.state = 'processing' and j.cancel_requested_at is null;
insert into notices (tenant, person, job, state, at)
select j.tenant, j.submitter, j.id, 'completed', cast(unixepoch('subsec') * 1000000 as integer)
from json_each($1) a join jobs j on j.id = a.value ->> 'job'
where j.run = a.value ->> 'run' and j.state = 'processing' and j.cancel_requested_at is null;
update jobs set state = 'completed', finished_at = cast(unixepoch('subsec') * 1000000 as integer), result = a.value ->> 'result', result_run = run, failure = null,
    lease_until = null, worker = null, done = coalesce(total, done),
    expires_at = case when keep_until_deleted then null else cast(unixepoch('subsec') * 1000000 as integer) + (a.value ->> 'expiry') end,
    version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
from json_each($1) a
where jobs.id = a.value ->> 'job' and run = a.value ->> 'run' and state = 'processing' and cancel_requested_at is null
returning jobs.id, run
