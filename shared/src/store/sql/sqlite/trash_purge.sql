-- A mark protects for an hour ($1, microseconds) and means nothing afterwards.
delete from trash where marked_at < cast(unixepoch('subsec') * 1000000 as integer) - $1
