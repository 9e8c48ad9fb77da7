select state, lane, tenant, extract, count(*) as jobs, min(run_at) as oldest from jobs
where state in ('scheduled', 'queued', 'processing') and deleted_at is null
  and tenant in (select jsonb_array_elements_text($1::jsonb))
group by state, lane, tenant, extract order by state, lane, tenant, extract
