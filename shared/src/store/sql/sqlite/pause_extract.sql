insert into paused_extracts (extract) values ($1) on conflict (extract) do nothing
