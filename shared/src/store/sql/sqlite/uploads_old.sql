select u.object_key, u.upload from uploads u
where u.started_at < cast(unixepoch('subsec') * 1000000 as integer) - $1
  and not exists (select 1 from jobs j where j.id = u.job and j.state = 'processing' and j.run = u.run)
order by u.started_at limit 1000
