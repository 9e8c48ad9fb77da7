delete from idempotency where made_at < cast(unixepoch('subsec') * 1000000 as integer) - 86400000000
