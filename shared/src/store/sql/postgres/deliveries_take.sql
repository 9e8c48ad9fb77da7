-- Takes what is due for a lease. $1 token of the lease, $2 its microseconds, $3 json of webhooks that are busy, $4 most of
-- one webhook, $5 most in all. Whoever comes second finds a later due_at.
with due as (
    select d.id from webhooks w cross join lateral (
        select id, due_at from deliveries where webhook = w.id and due_at <= clock_timestamp() order by due_at limit $4
    ) d
    where w.deleted_at is null and w.id not in (select jsonb_array_elements_text($3::jsonb)::uuid)
    order by d.due_at limit $5
)
update deliveries d set lease = $1, due_at = clock_timestamp() + $2 * interval '1 microsecond', attempts = d.attempts + 1,
    tried_at = clock_timestamp()
from due, webhooks w where d.id = due.id and w.id = d.webhook and d.due_at <= clock_timestamp()
returning d.*, w.url, w.secret
