-- $1 json [{job, tenant, turn}]: marks the rows and remembers whose turn it was.
insert into tenants (tenant, turn) select value ->> 'tenant', max(value ->> 'turn') from json_each($1) where true group by 1
on conflict (tenant) do update set turn = excluded.turn;
update outbox set admitted_at = cast(unixepoch('subsec') * 1000000 as integer) where admitted_at is null and job in (select value ->> 'job' from json_each($1))
    and extract not in (select extract from paused_extracts)
    and not exists (select 1 from tenants t where t.tenant = outbox.tenant and t.paused)
returning job, dispatch, lane
