select w.*, (select count(*) from deliveries d where d.webhook = w.id and d.due_at is not null) as waiting
from webhooks w
where w.tenant in (select jsonb_array_elements_text($1::jsonb)) and w.deleted_at is null and ($2::uuid is null or w.id = $2)
order by w.made_at, w.id
