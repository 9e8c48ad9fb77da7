select s.*, cast(unixepoch('subsec') * 1000000 as integer) as now from schedules s
where s.enabled and s.deleted_at is null and s.next_fire_at <= cast(unixepoch('subsec') * 1000000 as integer)
order by s.next_fire_at, s.id
limit $1
