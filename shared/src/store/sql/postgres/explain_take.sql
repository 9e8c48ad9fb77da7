-- $1 microseconds that a question may be old.
update explanations set taken_at = clock_timestamp()
where id = (
    select id from explanations
    where taken_at is null and asked_at > clock_timestamp() - $1 * interval '1 microsecond'
    order by asked_at limit 1 for update skip locked
)
returning id, job, subject
