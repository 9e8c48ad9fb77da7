-- Not delivered: again after $5 microseconds, or given up when the event is older than $6.
update deliveries set lease = null, last_status = $3, last_error = $4,
    due_at = case when at > clock_timestamp() - $6 * interval '1 microsecond'
        then clock_timestamp() + $5 * interval '1 microsecond' end
where id = $1 and lease = $2 and due_at is not null returning id
