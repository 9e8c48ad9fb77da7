select 1 as due from deliveries where due_at is not null and due_at <= cast(unixepoch('subsec') * 1000000 as integer) limit 1
