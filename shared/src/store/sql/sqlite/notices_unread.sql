select count(*) as unread from notices
where tenant in (select value from json_each($1)) and person = $2 and read_at is null
