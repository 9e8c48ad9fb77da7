select j.*, o.position, o.estimated_start_at, s.as_of as snapshot_as_of
from jobs j left join outbox o on o.job = j.id left join snapshots s on s.id = j.snapshot
where j.id = $1
