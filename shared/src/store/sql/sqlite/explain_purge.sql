delete from explanations where asked_at < cast(unixepoch('subsec') * 1000000 as integer) - $1
