insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
values (clock_timestamp(), $1, $2, $3, $4, $5, $6, $7) returning seq
