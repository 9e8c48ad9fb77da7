-- Changes a schedule that nobody changed meanwhile.
update schedules set request = $3, label = $4, high_priority = $5, keep_until_deleted = $6, school_year = $7, owner = $8,
    cron = $9, time_zone = $10, follows = $11, missed = $12, overlap = $13, jitter = $14, enabled = $15, next_fire_at = $16,
    version = version + 1, changed_at = clock_timestamp()
where id = $1 and version = $2 and deleted_at is null
returning *
