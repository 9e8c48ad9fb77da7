insert into workers (id, host, program, batch_slots, interactive_slots, batch_free, interactive_free, memory, memory_free,
    started, started_at, seen_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp(), clock_timestamp())
on conflict (id) do update set batch_free = excluded.batch_free, interactive_free = excluded.interactive_free,
    memory_free = excluded.memory_free, started = excluded.started, seen_at = excluded.seen_at
returning draining
