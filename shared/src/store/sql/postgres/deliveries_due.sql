select 1 as due from deliveries where due_at <= clock_timestamp() limit 1
