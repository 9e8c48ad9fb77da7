-- Position of each waiting job: by lane, high priority, then turns between tenants. What is paused has none and is in nobody's
-- way. $1 slots, $2 microseconds a job, $3 the last position that is written.
update outbox set position = a.position,
    estimated_start_at = case when a.position is not null
        then max(outbox.not_before, cast(unixepoch('subsec') * 1000000 as integer) + (a.position - 1) / max($1, 1) * $2) end
from (
    select o.job, r.position from outbox o left join (
        select job, row_number() over (partition by lane order by high_priority desc, place, run_at, submitted_at, job) as position
        from (select *, row_number() over (partition by lane, tenant, high_priority order by run_at, submitted_at, job) as place
            from outbox
            where extract not in (select extract from paused_extracts)
                and tenant not in (select tenant from tenants where paused))
    ) r on r.job = o.job
    where r.position <= $3 or (r.job is null and o.position is not null)
) a where outbox.job = a.job and (outbox.position is not a.position
    or outbox.estimated_start_at < cast(unixepoch('subsec') * 1000000 as integer) - 10000000)
returning 1 as changed
