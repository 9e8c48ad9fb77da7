update notices set read_at = coalesce(read_at, clock_timestamp())
where seq = $1 and tenant in (select jsonb_array_elements_text($2::jsonb)) and person = $3
returning seq, tenant, job, state, at, read_at, (select j.extract from jobs j where j.id = notices.job) as extract,
    (select j.label from jobs j where j.id = notices.job) as label
