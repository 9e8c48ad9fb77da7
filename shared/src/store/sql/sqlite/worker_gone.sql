delete from workers where id = $1 or seen_at < cast(unixepoch('subsec') * 1000000 as integer) - 3600000000
