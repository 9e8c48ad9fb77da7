-- Slots of live workers, jobs running and jobs admitted but unclaimed, by lane. $1 is how long a worker counts, in microseconds.
select lane.lane,
    coalesce((select sum(case when lane.lane = 'batch' then batch_slots else interactive_slots end) from workers
        where not draining and seen_at > cast(unixepoch('subsec') * 1000000 as integer) - $1), 0) as slots,
    (select count(*) from jobs j where j.state = 'processing' and j.lane = lane.lane) as running,
    (select count(*) from outbox o where o.admitted_at is not null and o.lane = lane.lane) as admitted
from (select 'interactive' as lane union all select 'batch') as lane
