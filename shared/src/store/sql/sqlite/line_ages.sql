-- Since when the first of the jobs that may start waits: of some tenants ($1), and of all those not handed out. What is
-- paused may not start: it has an age, and is no lag.
select min(case when tenant in (select value from json_each($1)) then not_before end) as oldest,
    min(case when admitted_at is null and extract not in (select extract from paused_extracts)
        and tenant not in (select tenant from tenants where paused) then not_before end) as unsent, cast(unixepoch('subsec') * 1000000 as integer) as now
from outbox where not_before <= cast(unixepoch('subsec') * 1000000 as integer)
