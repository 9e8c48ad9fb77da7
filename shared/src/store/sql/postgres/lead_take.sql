-- Names the newest good snapshot of a tenant the LEAD snapshot; a newer one that is named already stays.
insert into leads (tenant, snapshot, named_at)
select $1, s.id, clock_timestamp() from snapshots s where s.tenant = $1 and s.gone_at is null
order by s.submitted_at desc, s.id desc limit 1
on conflict (tenant) do update set named_at = excluded.named_at,
    snapshot = case when exists (select 1 from snapshots o, snapshots n where o.id = leads.snapshot and n.id = excluded.snapshot
        and (o.gone_at is not null or (o.submitted_at, o.id) <= (n.submitted_at, n.id)))
        then excluded.snapshot else leads.snapshot end
returning snapshot
