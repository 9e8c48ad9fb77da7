delete from idempotency where made_at < clock_timestamp() - interval '24 hours'
