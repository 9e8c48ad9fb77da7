-- Jobs changed since a moment, oldest change first.
select j.*, o.position, o.estimated_start_at, s.as_of as snapshot_as_of
from jobs j left join outbox o on o.job = j.id left join snapshots s on s.id = j.snapshot
where j.changed_at > $1 and j.tenant in (select value from json_each($2))
order by j.changed_at, j.id
limit $3
