update webhooks set deleted_at = cast(unixepoch('subsec') * 1000000 as integer) where id = $1 and deleted_at is null returning *, 0 as waiting
