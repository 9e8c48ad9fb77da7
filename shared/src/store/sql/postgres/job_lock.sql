-- Whatever comes next in this transaction sees all that others did to the job before.
select id from jobs where id = $1 for update
