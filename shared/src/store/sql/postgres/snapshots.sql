select s.*, s.id = (select c.id from snapshots c where c.tenant = s.tenant and c.gone_at is null
        order by c.submitted_at desc, c.id desc limit 1) as current,
    exists (select 1 from leads l where l.snapshot = s.id) as lead
from snapshots s
where s.tenant in (select jsonb_array_elements_text($1::jsonb)) and s.gone_at is null
    and ($2::uuid is null or s.id = $2)
order by s.submitted_at desc, s.id desc
limit $3
