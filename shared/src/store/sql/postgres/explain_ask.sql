insert into explanations (id, job, subject, asked_at) values ($1, $2, $3, clock_timestamp())
