select job, body from idempotency where tenant = $1 and submitter = $2 and key = $3
