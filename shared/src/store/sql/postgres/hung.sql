-- Runs without progress since $1 microseconds.
select id, run from jobs where state = 'processing' and progress_at < clock_timestamp() - $1 * interval '1 microsecond'
