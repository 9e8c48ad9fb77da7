update schedules set deleted_at = clock_timestamp(), enabled = false, next_fire_at = null, version = version + 1,
    changed_at = clock_timestamp()
where id = $1 and deleted_at is null
returning *
