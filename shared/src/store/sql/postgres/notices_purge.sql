delete from notices where at < clock_timestamp() - $1 * interval '1 microsecond'
