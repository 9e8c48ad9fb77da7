-- Schedules in their tenant's own time zone.
select s.*, clock_timestamp() as now from schedules s
where s.enabled and s.deleted_at is null and s.next_fire_at is not null and s.time_zone is null
order by s.id
