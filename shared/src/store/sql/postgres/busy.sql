-- Running or admitted jobs by tenant and extract, for the limits.
select tenant, extract, count(*) as jobs from (
    select tenant, extract from jobs where state = 'processing'
    union all
    select tenant, extract from outbox where admitted_at is not null
) as busy group by tenant, extract
