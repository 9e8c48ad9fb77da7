-- Everybody but the json list of [tenant, name] pairs.
delete from people where not exists (
    select 1 from json_each($1) a where a.value ->> 0 = people.tenant and a.value ->> 1 = people.name
) returning name
