select w.*, (select count(*) from deliveries d where d.webhook = w.id and d.due_at is not null) as waiting
from webhooks w
where w.tenant in (select value from json_each($1)) and w.deleted_at is null and ($2 is null or w.id = $2)
order by w.made_at, w.id
