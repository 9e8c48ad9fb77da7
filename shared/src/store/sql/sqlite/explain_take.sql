-- $1 microseconds that a question may be old.
update explanations set taken_at = cast(unixepoch('subsec') * 1000000 as integer)
where id = (
    select id from explanations
    where taken_at is null and asked_at > cast(unixepoch('subsec') * 1000000 as integer) - $1
    order by asked_at limit 1
)
returning id, job, subject
