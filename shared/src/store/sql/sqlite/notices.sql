-- The inbox of a person, newest first, behind row $3.
select n.*, j.extract, j.label from notices n join jobs j on j.id = n.job
where n.tenant in (select value from json_each($1)) and n.person = $2 and ($3 is null or n.seq < $3)
order by n.seq desc limit $4
