-- $1 json [{job, run, phase, done, total}].
update jobs set phase = a.value ->> 'phase', done = a.value ->> 'done', total = a.value ->> 'total',
    progress_at = cast(unixepoch('subsec') * 1000000 as integer), version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
from json_each($1) a
where jobs.id = a.value ->> 'job' and run = a.value ->> 'run' and state = 'processing'
returning run
