-- The list, newest first. Lists come as JSON arrays; null does not filter. $1 tenants, $2 submitter for the own view.
select j.*, o.position, o.estimated_start_at, s.as_of as snapshot_as_of
from jobs j left join outbox o on o.job = j.id left join snapshots s on s.id = j.snapshot
where j.tenant in (select value from json_each($1))
  and j.submitter = $2
  and (j.deleted_at is not null) = $3
  and ($4 is null or j.state in (select value from json_each($4)))
  and ($5 is null or j.extract in (select value from json_each($5)))
  and ($6 is null or j.submitter in (select value from json_each($6)))
  and ($7 is null or instr(lower(j.label), lower($7)) > 0)
  and ($8 is null or j.school_year = $8)
  and ($9 is null or j.submitted_at > $9)
  and ($10 is null or j.submitted_at < $10)
  and ($11 is null or (j.submitted_at, j.id) < ($11, $12))
order by j.submitted_at desc, j.id desc
limit $13
