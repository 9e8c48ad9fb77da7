update deliveries set due_at = null, lease = null, delivered_at = cast(unixepoch('subsec') * 1000000 as integer), last_status = $3, last_error = null
where id = $1 and lease = $2 and due_at is not null returning id
