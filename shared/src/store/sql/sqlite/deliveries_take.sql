-- Takes what is due for a lease. $1 token of the lease, $2 its microseconds, $3 json of webhooks that are busy, $4 most of
-- one webhook, $5 most in all.
update deliveries set lease = $1, due_at = cast(unixepoch('subsec') * 1000000 as integer) + $2, attempts = attempts + 1, tried_at = cast(unixepoch('subsec') * 1000000 as integer)
where id in (
    select d.id from webhooks w join deliveries d on d.webhook = w.id and d.id in (
        select x.id from deliveries x where x.webhook = w.id and x.due_at is not null and x.due_at <= cast(unixepoch('subsec') * 1000000 as integer)
        order by x.due_at limit $4)
    where w.deleted_at is null and w.id not in (select value from json_each($3))
    order by d.due_at limit $5);
select d.*, w.url, w.secret from deliveries d join webhooks w on w.id = d.webhook where d.lease = $1;
