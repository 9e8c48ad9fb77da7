-- What is handed out of a tenant or an extract and not started waits again.
update outbox set admitted_at = null, dispatch = dispatch + 1
where admitted_at is not null and (tenant = $1 or extract = $2)
returning job
