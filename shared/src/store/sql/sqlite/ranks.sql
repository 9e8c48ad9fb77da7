-- Position of each waiting job: by lane, high priority, then turns between tenants. $1 slots, $2 microseconds a job, $3 the last position that is written.
update outbox set position = r.position,
    estimated_start_at = cast(unixepoch('subsec') * 1000000 as integer) + (r.position - 1) / max($1, 1) * $2
from (
    select job, row_number() over (partition by lane order by high_priority desc, place, run_at, submitted_at, job) as position
    from (select *, row_number() over (partition by lane, tenant, high_priority order by run_at, submitted_at, job) as place
        from outbox)
) r where outbox.job = r.job and r.position <= $3 and outbox.position is not r.position
returning 1 as changed
