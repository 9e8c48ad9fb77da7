insert into uploads (upload, object_key, job, run, started_at) values ($1, $2, $3, $4, clock_timestamp())
