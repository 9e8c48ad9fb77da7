-- The inbox of a person, newest first, behind row $3.
select n.*, j.extract, j.label from notices n join jobs j on j.id = n.job
where n.tenant in (select jsonb_array_elements_text($1::jsonb)) and n.person = $2 and ($3::bigint is null or n.seq < $3)
order by n.seq desc limit $4
