-- A mark protects for an hour ($1, microseconds) and means nothing afterwards.
delete from trash where marked_at < clock_timestamp() - $1 * interval '1 microsecond'
