-- One writer at a time: nothing is to be waited for.
select id from jobs where id = $1
