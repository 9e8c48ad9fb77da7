-- $1 json [{job, dispatch, run}], $2 worker, $3 lease in microseconds, $4 program, $5 json of time zones by tenant, '' the default.
-- A message that is stale, doubled, too early or of a canceled job finds no row. Each row is locked by its key, the job
-- before its place in the line, and looked at only then.
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, dispatch bigint, run uuid)
),
clock as materialized (select clock_timestamp() as now),
found as (
    select j.id, a.run, o.dispatch
    from (select * from ask order by job) a
        cross join lateral (select id, state from jobs where id = a.job offset 0 for update) j
        cross join lateral (select * from outbox where job = j.id offset 0 for update) o
    where j.state = 'queued' and o.dispatch = a.dispatch and o.admitted_at is not null and o.not_before <= clock_timestamp()
),
gone as (delete from outbox where job = any (array(select id from found))),
job as (
    update jobs j set state = 'processing', attempt = attempt + 1, dispatch = f.dispatch, run = f.run, worker = $2,
        lease_until = now + $3 * interval '1 microsecond', started_at = now, finished_at = null, progress_at = now,
        generated_at = coalesce(generated_at, to_char(now at time zone
            coalesce($5::jsonb -> j.tenant ->> 'zone', $5::jsonb -> '' ->> 'zone'), 'YYYY-MM-DD"T"HH24:MI')),
        snapshot = coalesce(snapshot, case wants
            when 'current' then (select s.id from snapshots s where s.tenant = j.tenant and s.gone_at is null
                order by s.submitted_at desc, s.id desc limit 1)
            when 'lead' then (select l.snapshot from leads l where l.tenant = j.tenant)
            else wants::uuid end),
        program = $4, phase = 'Starting', done = null, total = null, version = version + 1, changed_at = now
    from found f, clock where j.id = f.id
    returning j.*
),
log as (
    insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
    select changed_at, id, tenant, 'worker', 'claim', 'queued', 'processing', run::text from job
)
select job.*, null::bigint as position, null::timestamptz as estimated_start_at,
    (select s.as_of from snapshots s where s.id = job.snapshot) as snapshot_as_of,
    (select p.grants from people p where p.tenant = job.tenant and p.name = job.submitter) as grants
from job
