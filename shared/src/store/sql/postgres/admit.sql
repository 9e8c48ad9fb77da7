-- $1 json [{job, tenant, turn}]: marks the rows and remembers whose turn it was.
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, tenant text, turn bigint)
),
turns as (
    insert into tenants (tenant, turn) select tenant, max(turn) from ask group by tenant order by tenant
    on conflict (tenant) do update set turn = excluded.turn
)
update outbox o set admitted_at = clock_timestamp() from ask where o.job = ask.job and o.admitted_at is null
    and o.extract not in (select extract from paused_extracts)
    and not exists (select 1 from tenants t where t.tenant = o.tenant and t.paused)
returning o.job, o.dispatch, o.lane
