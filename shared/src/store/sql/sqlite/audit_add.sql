insert into audit (at, job, tenant, person, action, state_from, state_to, detail)
values (cast(unixepoch('subsec') * 1000000 as integer), $1, $2, $3, $4, $5, $6, $7) returning seq
