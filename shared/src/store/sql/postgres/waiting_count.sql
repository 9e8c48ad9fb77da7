-- Jobs of a tenant that wait, at most $2 of them.
select count(*) as jobs from (select 1 from outbox where tenant = $1 limit $2) as counted
