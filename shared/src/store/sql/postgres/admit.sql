-- $1 json [{job, tenant, turn}]: marks the rows and remembers whose turn it was.
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, tenant text, turn bigint)
),
turns as (
    insert into tenants (tenant, turn) select tenant, max(turn) from ask group by tenant order by tenant
    on conflict (tenant) do update set turn = excluded.turn
)
update outbox o set admitted_at = clock_timestamp() from ask where o.job = ask.job and o.admitted_at is null
returning o.job, o.dispatch, o.lane
