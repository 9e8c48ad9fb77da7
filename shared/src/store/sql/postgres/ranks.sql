-- Position of each waiting job: by lane, high priority, then turns between tenants. What is paused has none and is in nobody's
-- way. $1 slots, $2 microseconds a job, $3 the last position that is written.
with ranked as (
    select job, row_number() over (partition by lane order by high_priority desc, place, run_at, submitted_at, job) as position
    from (
        select *, row_number() over (partition by lane, tenant, high_priority order by run_at, submitted_at, job) as place
        from outbox
        where extract not in (select extract from paused_extracts)
            and tenant not in (select tenant from tenants where paused)
    ) as line
),
ahead as (
    select o.job, r.position, greatest(o.not_before,
        clock_timestamp() + (r.position - 1) / greatest($1, 1) * $2 * interval '1 microsecond') as start
    from outbox o left join ranked r on r.job = o.job
    where r.position <= $3 or (r.job is null and o.position is not null)
)
update outbox o set position = a.position, estimated_start_at = case when a.position is not null then a.start end
from ahead a where o.job = a.job
    and (o.position is distinct from a.position or o.estimated_start_at < clock_timestamp() - interval '10 seconds')
returning 1 as changed
