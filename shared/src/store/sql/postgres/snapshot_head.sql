-- The snapshot that a name stands for: current, lead or an id.
select s.id, s.as_of from snapshots s
where s.tenant = $1 and s.gone_at is null and case $2
    when 'current' then true
    when 'lead' then s.id = (select l.snapshot from leads l where l.tenant = $1)
    else cast(s.id as text) = $2 end
order by s.submitted_at desc, s.id desc
limit 1
