-- Explanations on their way from a worker to the caller who waits for one. Unlogged: what a row says of a student is in
-- no log and no replica of the database, and the row goes when it is read.

create unlogged table explanations (
    id uuid primary key,
    job uuid not null,
    subject text not null,
    asked_at timestamptz not null,
    taken_at timestamptz,
    answer text
);
