-- $1 json [run]: those of them that were asked to stop.
select run, cancel_requested_at from jobs
where state = 'processing' and cancel_requested_at is not null
    and run in (select jsonb_array_elements_text($1::jsonb)::uuid)
