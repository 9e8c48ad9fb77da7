-- The first $2 waiting jobs of each tenant in lane $1, of high priority and of the others. $3 is the aging time in microseconds.
with recursive waiting (tenant) as (
    (select tenant from outbox where admitted_at is null order by tenant limit 1)
    union all
    select (select o.tenant from outbox o where o.admitted_at is null and o.tenant > w.tenant order by o.tenant limit 1)
    from waiting w where w.tenant is not null
)
select h.job, h.dispatch, h.tenant, h.extract, h.estimate, h.run_at, h.submitted_at,
    (h.high_priority or greatest(h.run_at, h.submitted_at) < clock_timestamp() - $3 * interval '1 microsecond') as high,
    coalesce(t.turn, 0) as turn
from waiting w
    left join tenants t on t.tenant = w.tenant
    cross join (values (true), (false)) as class (high)
    cross join lateral (
        select * from outbox o
        where o.tenant = w.tenant and o.lane = $1 and o.high_priority = class.high and o.admitted_at is null
            and o.not_before <= clock_timestamp() and o.extract not in (select extract from paused_extracts)
        order by o.run_at, o.submitted_at, o.job
        limit $2
    ) h
where w.tenant is not null and not coalesce(t.paused, false)
