-- Schedules of a tenant that follow a job, each seen once for its end.
update schedules set last_fire_at = clock_timestamp(), version = version + 1
where tenant = $1 and follows = $2 and enabled and deleted_at is null
returning *
