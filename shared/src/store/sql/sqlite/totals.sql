select state, lane, count(*) as jobs from jobs
where state in ('scheduled', 'queued', 'processing') and deleted_at is null
group by state, lane order by state, lane
