-- Jobs that a tenant submitted in the last minute, at most $2 of them, and when the oldest of them came.
select count(*) as jobs from (
    select 1 from jobs where tenant = $1 and submitted_at > cast(unixepoch('subsec') * 1000000 as integer) - 60000000 limit $2
) as counted
