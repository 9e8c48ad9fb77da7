insert into dead_letters (job, reason, at) values ($1, $2, cast(unixepoch('subsec') * 1000000 as integer))
returning (select count(*) from dead_letters d where d.job = $1) as times
