select * from workers where seen_at > clock_timestamp() - $1 * interval '1 microsecond' order by host, started_at, id
