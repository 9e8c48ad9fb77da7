-- $1 json [run], $2 lease in microseconds. Runs that come back are still ours.
update jobs set lease_until = cast(unixepoch('subsec') * 1000000 as integer) + $2
where state = 'processing' and lease_until is not null and run in (select value from json_each($1))
returning run, cancel_requested_at
