-- Slots of live workers, jobs running and jobs admitted but unclaimed, by lane. $1 is how long a worker counts, in microseconds.
select lane.lane,
    coalesce((select sum(case when lane.lane = 'batch' then batch_slots else interactive_slots end) from workers
        where not draining and seen_at > clock_timestamp() - $1 * interval '1 microsecond'), 0)::bigint as slots,
    (select count(*) from jobs j where j.state = 'processing' and j.lane = lane.lane) as running,
    (select count(*) from outbox o where o.admitted_at is not null and o.lane = lane.lane) as admitted
from (values ('interactive'), ('batch')) as lane (lane)
