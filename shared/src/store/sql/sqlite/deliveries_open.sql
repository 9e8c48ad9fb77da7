-- Deliveries of all webhooks that have not arrived, and those of them that were tried.
select count(*) as waiting, count(last_error) as failing from deliveries where due_at is not null
