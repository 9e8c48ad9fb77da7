-- What a deleted webhook has not heard it does not hear any more.
update deliveries set due_at = null, lease = null, last_error = $2 where webhook = $1 and due_at is not null
