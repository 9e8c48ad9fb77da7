select * from schedules
where tenant in (select jsonb_array_elements_text($1::jsonb)) and deleted_at is null and ($2::uuid is null or id = $2)
order by made_at, id
