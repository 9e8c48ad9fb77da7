select * from schedules
where tenant in (select value from json_each($1)) and deleted_at is null and ($2 is null or id = $2)
order by made_at, id
