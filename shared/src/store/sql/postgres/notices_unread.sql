select count(*) as unread from notices
where tenant in (select jsonb_array_elements_text($1::jsonb)) and person = $2 and read_at is null
