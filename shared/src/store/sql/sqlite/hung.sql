-- Runs without progress since $1 microseconds.
select id, run from jobs where state = 'processing' and progress_at < cast(unixepoch('subsec') * 1000000 as integer) - $1
