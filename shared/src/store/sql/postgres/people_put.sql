insert into people (tenant, name, grants, seen_at) values ($1, $2, $3, clock_timestamp())
on conflict (tenant, name) do update set grants = excluded.grants, seen_at = excluded.seen_at
returning name
