insert into explanations (id, job, subject, asked_at) values ($1, $2, $3, cast(unixepoch('subsec') * 1000000 as integer))
