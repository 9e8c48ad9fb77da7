-- A webhook, unless its tenant has $6 of them.
insert into webhooks (id, tenant, url, secret, made_by, made_at)
select $1, $2, $3, $4, $5, cast(unixepoch('subsec') * 1000000 as integer)
where (select count(*) from webhooks where tenant = $2 and deleted_at is null) < $6
returning *, 0 as waiting
