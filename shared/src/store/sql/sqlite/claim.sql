-- $1 json [{job, dispatch, run}], $2 worker, $3 lease in microseconds, $4 program, $5 json of time zones by tenant, '' the default.
-- A message that is stale, doubled, too early or of a canceled job finds no row.
update jobs set state = 'processing', attempt = attempt + 1, dispatch = f.dispatch, run = f.run, worker = $2,
    lease_until = cast(unixepoch('subsec') * 1000000 as integer) + $3, started_at = cast(unixepoch('subsec') * 1000000 as integer), finished_at = null, progress_at = cast(unixepoch('subsec') * 1000000 as integer),
    generated_at = coalesce(generated_at, strftime('%Y-%m-%dT%H:%M', cast(unixepoch('subsec') * 1000000 as integer) / 1000000 +
        coalesce($5 -> tenant ->> 'offset', $5 -> '$.""' ->> 'offset', 0), 'unixepoch')),
    snapshot = coalesce(snapshot, case wants
        when 'current' then (select s.id from snapshots s where s.tenant = jobs.tenant and s.gone_at is null
            order by s.submitted_at desc, s.id desc limit 1)
        when 'lead' then (select l.snapshot from leads l where l.tenant = jobs.tenant)
        else wants end),
    program = $4, phase = 'Starting', done = null, total = null, version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
from (select a.value ->> 'job' as job, a.value ->> 'run' as run, o.dispatch from json_each($1) a
    join outbox o on o.job = a.value ->> 'job' and o.dispatch = a.value ->> 'dispatch' and o.admitted_at is not null
    where o.not_before <= cast(unixepoch('subsec') * 1000000 as integer)) f
where id = f.job and state = 'queued';
delete from outbox where job in (select j.id from json_each($1) a join jobs j on j.id = a.value ->> 'job'
    and j.run = a.value ->> 'run' where j.state = 'processing');
insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
select j.changed_at, j.id, j.tenant, 'worker', 'claim', 'queued', 'processing', j.run
from json_each($1) a join jobs j on j.id = a.value ->> 'job' and j.run = a.value ->> 'run';
select j.*, null as position, null as estimated_start_at,
    (select s.as_of from snapshots s where s.id = j.snapshot) as snapshot_as_of,
    (select p.grants from people p where p.tenant = j.tenant and p.name = j.submitter) as grants
from json_each($1) a join jobs j on j.id = a.value ->> 'job' and j.run = a.value ->> 'run';
