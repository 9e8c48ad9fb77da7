-- Of a json list of folders: those hidden less than $2 microseconds ago, from which a download may still read.
select object_key from trash
where object_key in (select jsonb_array_elements_text($1::jsonb)) and marked_at > clock_timestamp() - $2 * interval '1 microsecond'
