-- A job with its place in the line and its audit row. It is scheduled when run_at is later than now.
insert into jobs (id, tenant, extract, request, label, lane, high_priority, keep_until_deleted, school_year,
    submitter, submitted_at, schedule, fire_at, state, run_at, max_attempts, estimate, wants, changed_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, now, $11, $12,
    case when coalesce($13, now) > now then 'scheduled' else 'queued' end, coalesce($13, now), $14, $15, $16, now
from (select cast(unixepoch('subsec') * 1000000 as integer) as now) where true
on conflict (schedule, fire_at) where schedule is not null and fire_at is not null do nothing;
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate from jobs where id = $1 and state = 'queued';
insert into audit (at, job, tenant, person, action, state_to)
select submitted_at, id, tenant, submitter, 'submit', state from jobs where id = $1;
select jobs.*, null as position, null as estimated_start_at, null as snapshot_as_of from jobs where id = $1;
