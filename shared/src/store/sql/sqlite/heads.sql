-- The first $2 waiting jobs of each tenant in lane $1, of high priority and of the others. $3 is the aging time in microseconds.
select h.job, h.dispatch, h.tenant, h.extract, h.estimate, h.run_at, h.submitted_at,
    (h.high_priority or max(h.run_at, h.submitted_at) < cast(unixepoch('subsec') * 1000000 as integer) - $3) as high, coalesce(t.turn, 0) as turn
from (
    select *, row_number() over (partition by tenant, high_priority order by run_at, submitted_at, job) as place
    from outbox where lane = $1 and admitted_at is null and not_before <= cast(unixepoch('subsec') * 1000000 as integer)
        and extract not in (select extract from paused_extracts)
) h left join tenants t on t.tenant = h.tenant
where h.place <= $2 and not coalesce(t.paused, 0)
