-- Of a json list of folders: those hidden less than $2 microseconds ago, from which a download may still read.
select object_key from trash
where object_key in (select value from json_each($1)) and marked_at > cast(unixepoch('subsec') * 1000000 as integer) - $2
