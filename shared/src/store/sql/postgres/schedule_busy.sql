select id from jobs where schedule = $1 and state in ('scheduled', 'queued', 'processing') limit 1
