-- By lane: slots of live workers, jobs running, jobs admitted but unclaimed, and beside them the first waiting jobs of each
-- tenant, of high priority and of the others, as many as the lane has room for. $1 how long a worker counts and $2 the aging
-- time, in microseconds; $3 and $4 how many jobs are handed out ahead (interactive, batch); $5 the most jobs of a tenant.
with counted as (
    select lane.lane, lane.ahead,
        coalesce((select sum(case when lane.lane = 'batch' then batch_slots else interactive_slots end) from workers
            where not draining and seen_at > cast(unixepoch('subsec') * 1000000 as integer) - $1), 0) as slots,
        (select count(*) from jobs j where j.state = 'processing' and j.lane = lane.lane) as running,
        (select count(*) from outbox o where o.admitted_at is not null and o.lane = lane.lane) as admitted
    from (select 'interactive' as lane, $3 as ahead union all select 'batch', $4) as lane
),
lanes as materialized (
    select *, case when slots > 0 then max(max(slots - running, 0) + ahead - admitted, 0) else 0 end as room from counted
),
heads as (
    select o.*, row_number() over (partition by lane, tenant, high_priority order by run_at, submitted_at, job) as place
    from outbox o where admitted_at is null and not_before <= cast(unixepoch('subsec') * 1000000 as integer)
        and extract not in (select extract from paused_extracts)
        and tenant not in (select tenant from tenants where paused)
)
select l.lane, l.slots, l.running, l.admitted, h.job, h.dispatch, h.tenant, h.extract, h.estimate, h.run_at, h.submitted_at,
    (h.high_priority or max(h.run_at, h.submitted_at) < cast(unixepoch('subsec') * 1000000 as integer) - $2) as high,
    coalesce(t.turn, 0) as turn
from lanes l
    left join heads h on h.lane = l.lane and h.place <= min(l.room, $5)
    left join tenants t on t.tenant = h.tenant
