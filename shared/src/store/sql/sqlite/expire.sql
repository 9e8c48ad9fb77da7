-- Results whose time is over are hidden; the reconciler removes their files.
update jobs set expired_at = cast(unixepoch('subsec') * 1000000 as integer), version = version + 1, changed_at = cast(unixepoch('subsec') * 1000000 as integer)
where expires_at <= cast(unixepoch('subsec') * 1000000 as integer) and expired_at is null
returning id, tenant
