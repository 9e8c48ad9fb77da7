insert into idempotency (tenant, submitter, key, body, job, made_at)
values ($1, $2, $3, $4, $5, clock_timestamp())
on conflict (tenant, submitter, key) do update
    set body = excluded.body, job = excluded.job, made_at = excluded.made_at
    where idempotency.made_at < clock_timestamp() - interval '24 hours'
returning job
