select * from audit
where (tenant is null or tenant in (select value from json_each($1)))
  and ($2 is null or job = $2) and ($3 is null or person = $3) and ($4 is null or action = $4)
  and ($5 is null or at > $5) and ($6 is null or at < $6) and seq > $7
order by seq limit $8
