delete from notices where at < cast(unixepoch('subsec') * 1000000 as integer) - $1
