-- A schedule that ships with the product is made once for each tenant, also when it was deleted since.
insert into schedules (id, tenant, extract, request, label, high_priority, keep_until_deleted, school_year, owner, cron,
    time_zone, follows, missed, overlap, jitter, enabled, next_fire_at, shipped, made_at, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, cast(unixepoch('subsec') * 1000000 as integer), cast(unixepoch('subsec') * 1000000 as integer))
on conflict (tenant, shipped) where shipped is not null do nothing
returning *
