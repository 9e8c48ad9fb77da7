insert into tenants (tenant, paused) values ($1, $2) on conflict (tenant) do update set paused = excluded.paused returning tenant
