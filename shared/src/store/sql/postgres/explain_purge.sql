delete from explanations where asked_at < clock_timestamp() - $1 * interval '1 microsecond'
