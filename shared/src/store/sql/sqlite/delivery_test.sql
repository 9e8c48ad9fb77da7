insert into deliveries (webhook, at, due_at) values ($1, cast(unixepoch('subsec') * 1000000 as integer), cast(unixepoch('subsec') * 1000000 as integer)) returning *
