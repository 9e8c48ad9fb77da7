update webhooks set deleted_at = clock_timestamp() where id = $1 and deleted_at is null returning *, 0::bigint as waiting
