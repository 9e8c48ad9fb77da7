select state, lane, tenant, extract, count(*) as jobs, min(run_at) as oldest from jobs
where state in ('scheduled', 'queued', 'processing') and deleted_at is null
  and tenant in (select value from json_each($1))
group by state, lane, tenant, extract order by state, lane, tenant, extract
