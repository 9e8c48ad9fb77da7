-- Explanations on their way from a worker to the caller who waits for one. A row goes when it is read.

create table explanations (
    id text primary key,
    job text not null,
    subject text not null,
    asked_at integer not null,
    taken_at integer,
    answer text
);
