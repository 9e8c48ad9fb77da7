-- $1 json [{job, run, phase, done, total}].
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, run uuid, phase text, done bigint, total bigint)
),
mine as (
    select j.id, a.phase, a.done, a.total from ask a join jobs j on j.id = a.job
    where j.run = a.run and j.state = 'processing' order by j.id for update of j
)
update jobs j set phase = mine.phase, done = mine.done, total = mine.total, progress_at = clock_timestamp(),
    version = version + 1, changed_at = clock_timestamp()
from mine where j.id = mine.id
returning j.run
