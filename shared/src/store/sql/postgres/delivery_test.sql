insert into deliveries (webhook, at, due_at) values ($1, clock_timestamp(), clock_timestamp()) returning *
