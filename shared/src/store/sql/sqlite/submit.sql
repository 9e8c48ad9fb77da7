-- $1 json [{id, tenant, …}]: jobs with their places in the line and their audit rows. One is scheduled when run_at is later
-- than now. A fire time of a schedule that has its job already makes none.
insert into jobs (id, tenant, extract, request, label, lane, high_priority, keep_until_deleted, school_year,
    submitter, submitted_at, schedule, fire_at, state, run_at, max_attempts, estimate, wants, changed_at)
select a.value ->> 'id', a.value ->> 'tenant', a.value ->> 'extract', a.value ->> 'request', a.value ->> 'label',
    a.value ->> 'lane', a.value ->> 'high_priority', a.value ->> 'keep_until_deleted', a.value ->> 'school_year',
    a.value ->> 'submitter', now, a.value ->> 'schedule', a.value ->> 'fire_at_us',
    case when coalesce(a.value ->> 'run_at_us', now) > now then 'scheduled' else 'queued' end,
    coalesce(a.value ->> 'run_at_us', now), a.value ->> 'max_attempts', a.value ->> 'estimate', a.value ->> 'wants', now
from json_each($1) a, (select cast(unixepoch('subsec') * 1000000 as integer) as now) where true
on conflict (schedule, fire_at) where schedule is not null and fire_at is not null do nothing;
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate
from jobs where id in (select value ->> 'id' from json_each($1)) and state = 'queued';
insert into audit (at, job, tenant, person, action, state_to)
select submitted_at, id, tenant, submitter, 'submit', state
from jobs where id in (select value ->> 'id' from json_each($1));
select jobs.*, null as position, null as estimated_start_at, null as snapshot_as_of
from jobs where id in (select value ->> 'id' from json_each($1));
