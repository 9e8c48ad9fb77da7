-- Of a json list of jobs: the run that is leased or committed, if any.
select id, case when state = 'processing' then run end as leased,
    case when state = 'completed' and expired_at is null and deleted_at is null then result_run end as committed
from jobs where id in (select jsonb_array_elements_text($1::jsonb)::uuid)
