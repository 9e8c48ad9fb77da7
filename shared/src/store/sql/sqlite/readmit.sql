-- Admitted rows wait again under a new dispatch number: all ($1 null), those of a json list, and only older than $2 microseconds.
update outbox set admitted_at = null, dispatch = dispatch + 1
where admitted_at is not null and ($1 is null or job in (select value from json_each($1))) and admitted_at <= cast(unixepoch('subsec') * 1000000 as integer) - $2
returning job
