select s.*, clock_timestamp() as now from schedules s
where s.enabled and s.deleted_at is null and s.next_fire_at <= clock_timestamp()
order by s.next_fire_at, s.id
limit $1
