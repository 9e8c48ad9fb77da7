insert into snapshots (id, tenant, job, district, as_of, submitted_at, imported_at, choices, manifest, bytes, findings)
values ($1, $2, $3, $4, $5, coalesce((select submitted_at from jobs where id = $3), clock_timestamp()), clock_timestamp(),
    $6, $7, $8, $9)
on conflict (id) do nothing
returning id
