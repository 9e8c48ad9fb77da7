-- Position of each waiting job: by lane, high priority, then turns between tenants. $1 slots, $2 microseconds a job, $3 the last position that is written.
with ranked as (
    select job, row_number() over (partition by lane order by high_priority desc, place, run_at, submitted_at, job) as position
    from (
        select *, row_number() over (partition by lane, tenant, high_priority order by run_at, submitted_at, job) as place
        from outbox
    ) as line
)
update outbox o set position = r.position,
    estimated_start_at = clock_timestamp() + (r.position - 1) / greatest($1, 1) * $2 * interval '1 microsecond'
from ranked r where o.job = r.job and r.position <= $3 and o.position is distinct from r.position
returning 1 as changed
