select * from audit
where (tenant is null or tenant in (select jsonb_array_elements_text($1::jsonb)))
  and ($2::uuid is null or job = $2) and ($3::text is null or person = $3) and ($4::text is null or action = $4)
  and ($5::timestamptz is null or at > $5) and ($6::timestamptz is null or at < $6) and seq > $7
order by seq limit $8
