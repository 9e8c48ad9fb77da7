-- Position of each waiting job: by lane, high priority, then turns between tenants. What is paused has none and is in nobody's
-- way. $1 slots, $2 microseconds a job, $3 the last position that is written.
with line as (
    select *, extract in (select extract from paused_extracts) or tenant in (select tenant from tenants where paused) as held
    from outbox
),
placed as (
    select *, row_number() over (partition by lane, tenant, high_priority, held order by run_at, submitted_at, job) as place from line
),
ranked as (
    select *, case when not held then row_number()
        over (partition by lane, held order by high_priority desc, place, run_at, submitted_at, job) end as rank
    from placed
),
changed as materialized (
    select job, rank, greatest(not_before, clock_timestamp() + (rank - 1) / greatest($1, 1) * $2 * interval '1 microsecond') as start
    from ranked
    where (rank <= $3 or (rank is null and position is not null))
        and (position is distinct from rank or estimated_start_at < clock_timestamp() - interval '10 seconds')
),
-- Looked up by key and not joined: no plan of this can be quadratic.
asked as materialized (select jsonb_object_agg(job, jsonb_build_array(rank, start)) as jobs from changed)
update outbox o set position = ((select jobs from asked) -> o.job::text ->> 0)::bigint,
    estimated_start_at = case when (select jobs from asked) -> o.job::text ->> 0 is not null
        then ((select jobs from asked) -> o.job::text ->> 1)::timestamptz end
where o.job = any (array(select job from changed))
returning 1 as changed
