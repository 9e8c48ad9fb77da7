-- $1 json [{job, run, phase, done, total}].
with ask as materialized (
    select * from jsonb_to_recordset($1::jsonb) as a (job uuid, run uuid, phase text, done bigint, total bigint)
),
mine as (
    select j.id, a.phase, a.done, a.total
    from (select * from ask order by job) a
        cross join lateral (select id, run, state from jobs where id = a.job offset 0 for update) j
    where j.run = a.run and j.state = 'processing'
)
update jobs j set phase = mine.phase, done = mine.done, total = mine.total, progress_at = clock_timestamp(),
    version = version + 1, changed_at = clock_timestamp()
from mine where j.id = mine.id
returning j.run
