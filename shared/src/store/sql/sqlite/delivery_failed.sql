-- Not delivered: again after $5 microseconds, or given up when the event is older than $6.
update deliveries set lease = null, last_status = $3, last_error = $4,
    due_at = case when at > cast(unixepoch('subsec') * 1000000 as integer) - $6 then cast(unixepoch('subsec') * 1000000 as integer) + $5 end
where id = $1 and lease = $2 and due_at is not null returning id
