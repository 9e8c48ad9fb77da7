-- Only one scheduler moves a schedule on from a version.
update schedules set next_fire_at = $3, last_fire_at = coalesce($4, last_fire_at), version = version + 1
where id = $1 and version = $2 and enabled and deleted_at is null
returning id
