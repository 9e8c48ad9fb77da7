select * from workers where seen_at > cast(unixepoch('subsec') * 1000000 as integer) - $1 order by host, started_at, id
