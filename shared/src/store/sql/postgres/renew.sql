-- $1 json [run], $2 lease in microseconds. Runs that come back are still ours.
with mine as (
    select id from jobs where state = 'processing' and lease_until is not null
        and run in (select jsonb_array_elements_text($1::jsonb)::uuid) order by id for update
)
update jobs j set lease_until = clock_timestamp() + $2 * interval '1 microsecond'
from mine where j.id = mine.id and j.state = 'processing'
returning j.run, j.cancel_requested_at
