-- The third dead letter of a waiting job ends it.
insert into audit (at, job, tenant, person, action, state_from, state_to)
select cast(unixepoch('subsec') * 1000000 as integer), id, tenant, 'reconciler', 'dead letter', 'queued', 'failed' from jobs where id = $1 and state = 'queued';
insert into notices (tenant, person, job, state, at)
select tenant, submitter, id, 'failed', cast(unixepoch('subsec') * 1000000 as integer) from jobs where id = $1 and state = 'queued';
delete from outbox where job in (select id from jobs where id = $1 and state = 'queued');
update jobs set state = 'failed', failure = $2, finished_at = cast(unixepoch('subsec') * 1000000 as integer), version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and state = 'queued' returning id
