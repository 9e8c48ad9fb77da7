-- By lane: slots of live workers, jobs running, jobs admitted but unclaimed, and beside them the first waiting jobs of each
-- tenant, of high priority and of the others, as many as the lane has room for. $1 how long a worker counts and $2 the aging
-- time, in microseconds; $3 and $4 how many jobs are handed out ahead (interactive, batch); $5 the most jobs of a tenant.
with recursive waiting (tenant) as (
    (select tenant from outbox where admitted_at is null order by tenant limit 1)
    union all
    select (select o.tenant from outbox o where o.admitted_at is null and o.tenant > w.tenant order by o.tenant limit 1)
    from waiting w where w.tenant is not null
),
counted as (
    select lane.lane, lane.ahead,
        coalesce((select sum(case when lane.lane = 'batch' then batch_slots else interactive_slots end) from workers
            where not draining and seen_at > clock_timestamp() - $1 * interval '1 microsecond'), 0)::bigint as slots,
        (select count(*) from jobs j where j.state = 'processing' and j.lane = lane.lane) as running,
        (select count(*) from outbox o where o.admitted_at is not null and o.lane = lane.lane) as admitted
    from (values ('interactive', $3::bigint), ('batch', $4)) as lane (lane, ahead)
),
lane as materialized (
    select *, case when slots > 0 then greatest(greatest(slots - running, 0) + ahead - admitted, 0) else 0 end as room from counted
)
select l.lane, l.slots, l.running, l.admitted, h.*
from lane l
    left join lateral (
        select o.job, o.dispatch, o.tenant, o.extract, o.estimate, o.run_at, o.submitted_at,
            (o.high_priority or greatest(o.run_at, o.submitted_at) < clock_timestamp() - $2 * interval '1 microsecond') as high,
            coalesce(t.turn, 0) as turn
        from waiting w
            left join tenants t on t.tenant = w.tenant
            cross join (values (true), (false)) as class (high)
            cross join lateral (
                select * from outbox o
                where o.tenant = w.tenant and o.lane = l.lane and o.high_priority = class.high and o.admitted_at is null
                    and o.not_before <= clock_timestamp() and o.extract not in (select extract from paused_extracts)
                order by o.run_at, o.submitted_at, o.job
                limit least(l.room, $5)
            ) o
        where w.tenant is not null and not coalesce(t.paused, false)
    ) h on true
