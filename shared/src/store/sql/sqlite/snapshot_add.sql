insert into snapshots (id, tenant, job, district, as_of, submitted_at, imported_at, choices, manifest, bytes, findings)
values ($1, $2, $3, $4, $5, coalesce((select submitted_at from jobs where id = $3), cast(unixepoch('subsec') * 1000000 as integer)), cast(unixepoch('subsec') * 1000000 as integer),
    $6, $7, $8, $9)
on conflict (id) do nothing
returning id
