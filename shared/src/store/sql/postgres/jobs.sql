-- The list, newest first: a page of each tenant by its index, then the newest of them. Lists come as JSON arrays; null does
-- not filter. $1 tenants, $2 is null: everybody.
select j.*, o.position, o.estimated_start_at, s.as_of as snapshot_as_of
from jsonb_array_elements_text($1::jsonb) as scope (tenant)
    cross join lateral (
        select * from jobs j
        where j.tenant = scope.tenant and $2::text is null
          and (j.deleted_at is not null) = $3
          and ($4::text is null or j.state in (select jsonb_array_elements_text($4::jsonb)))
          and ($5::text is null or j.extract in (select jsonb_array_elements_text($5::jsonb)))
          and ($6::text is null or j.submitter in (select jsonb_array_elements_text($6::jsonb)))
          and ($7::text is null or position(lower($7) in lower(j.label)) > 0)
          and ($8::bigint is null or j.school_year = $8)
          and ($9::timestamptz is null or j.submitted_at > $9)
          and ($10::timestamptz is null or j.submitted_at < $10)
          and ($11::timestamptz is null or (j.submitted_at, j.id) < ($11, $12::uuid))
        order by j.submitted_at desc, j.id desc
        limit $13
    ) j
    left join outbox o on o.job = j.id left join snapshots s on s.id = j.snapshot
order by j.submitted_at desc, j.id desc
limit $13
