delete from deliveries where due_at is null and at < clock_timestamp() - $1 * interval '1 microsecond'
