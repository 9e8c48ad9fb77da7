-- Schedules in their tenant's own time zone.
select s.*, cast(unixepoch('subsec') * 1000000 as integer) as now from schedules s
where s.enabled and s.deleted_at is null and s.next_fire_at is not null and s.time_zone is null
order by s.id
