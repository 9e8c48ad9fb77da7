-- Everybody but the json list of [tenant, name] pairs.
delete from people where (tenant, name) not in (
    select a ->> 0, a ->> 1 from jsonb_array_elements($1::jsonb) as a
) returning name
