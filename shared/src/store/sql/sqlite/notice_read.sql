update notices set read_at = coalesce(read_at, cast(unixepoch('subsec') * 1000000 as integer))
where seq = $1 and tenant in (select value from json_each($2)) and person = $3
returning seq, tenant, job, state, at, read_at, (select j.extract from jobs j where j.id = notices.job) as extract,
    (select j.label from jobs j where j.id = notices.job) as label
