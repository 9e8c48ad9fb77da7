-- Admitted rows wait again under a new dispatch number: all ($1 null), those of a json list, and only older than $2 microseconds.
update outbox o set admitted_at = null, dispatch = dispatch + 1
where o.admitted_at is not null
  and ($1::text is null or o.job in (select jsonb_array_elements_text($1::jsonb)::uuid))
  and o.admitted_at <= clock_timestamp() - $2 * interval '1 microsecond'
returning o.job
