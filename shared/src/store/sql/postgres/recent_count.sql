-- Jobs that a tenant submitted in the last minute, at most $2 of them, and when the oldest of them came.
select count(*) as jobs from (
    select 1 from jobs where tenant = $1 and submitted_at > clock_timestamp() - interval '1 minute' limit $2
) as counted
