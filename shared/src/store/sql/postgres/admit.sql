-- $1 json [{job, tenant, turn}]: marks the rows and remembers whose turn it was.
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, tenant text, turn bigint)
),
turns as (
    insert into tenants (tenant, turn) select tenant, max(turn) from ask group by tenant order by tenant
    on conflict (tenant) do update set turn = excluded.turn
)
-- Written so that only the primary key fits: a line that was empty a moment ago looks short to the planner.
update outbox o set admitted_at = clock_timestamp()
where o.job = any (array(select job from ask)) and coalesce(o.admitted_at, 'infinity') = 'infinity'
    and o.extract not in (select extract from paused_extracts)
    and not exists (select 1 from tenants t where t.tenant = o.tenant and t.paused)
returning o.job, o.dispatch, o.lane
