select id from snapshots where gone_at is null
