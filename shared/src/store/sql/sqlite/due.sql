-- Scheduled jobs whose time has come enter the line.
insert into audit (at, job, tenant, person, action, state_from, state_to)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, 'scheduler', 'due', 'scheduled', 'queued' from jobs
where state = 'scheduled' and run_at <= cast(unixepoch('subsec') * 1000000 as integer) and deleted_at is null;
insert into outbox (job, dispatch, tenant, extract, lane, high_priority, run_at, submitted_at, not_before, estimate)
select id, dispatch + 1, tenant, extract, lane, high_priority, run_at, submitted_at, run_at, estimate from jobs
where state = 'scheduled' and run_at <= cast(unixepoch('subsec') * 1000000 as integer) and deleted_at is null;
update jobs set state = 'queued', dispatch = dispatch + 1, version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where state = 'scheduled' and exists (select 1 from outbox o where o.job = jobs.id)
returning id
