insert into leads (tenant, snapshot, named_at) values ($1, $2, cast(unixepoch('subsec') * 1000000 as integer))
on conflict (tenant) do update set snapshot = excluded.snapshot, named_at = excluded.named_at
returning snapshot
