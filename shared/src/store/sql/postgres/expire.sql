-- Results whose time is over are hidden; the reconciler removes their files.
with clock as materialized (select clock_timestamp() as now),
over as (
    select id from jobs where expires_at <= clock_timestamp() and expired_at is null
    order by id limit 1000 for update skip locked
)
update jobs j set expired_at = now, expires_at = expires_at, version = version + 1, changed_at = now
from over, clock where j.id = over.id
returning j.id, j.tenant
