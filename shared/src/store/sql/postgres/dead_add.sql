insert into dead_letters (job, reason, at) values ($1, $2, clock_timestamp())
returning (select count(*) from dead_letters d where d.job = $1) + 1 as times
