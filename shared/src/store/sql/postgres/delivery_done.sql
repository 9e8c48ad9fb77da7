update deliveries set due_at = null, lease = null, delivered_at = clock_timestamp(), last_status = $3, last_error = null
where id = $1 and lease = $2 and due_at is not null returning id
