insert into idempotency (tenant, submitter, key, body, job, made_at) values ($1, $2, $3, $4, $5, cast(unixepoch('subsec') * 1000000 as integer))
on conflict (tenant, submitter, key) do update
    set body = excluded.body, job = excluded.job, made_at = excluded.made_at
    where idempotency.made_at < cast(unixepoch('subsec') * 1000000 as integer) - 86400000000
returning job
