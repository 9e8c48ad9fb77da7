update schedules set deleted_at = cast(unixepoch('subsec') * 1000000 as integer), enabled = false, next_fire_at = null, version = version + 1,
    changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = $1 and deleted_at is null
returning *
