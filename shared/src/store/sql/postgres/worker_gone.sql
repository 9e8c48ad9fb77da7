delete from workers where id = $1 or seen_at < clock_timestamp() - interval '1 hour'
