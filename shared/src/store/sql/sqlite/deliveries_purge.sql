delete from deliveries where due_at is null and at < cast(unixepoch('subsec') * 1000000 as integer) - $1
