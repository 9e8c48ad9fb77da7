-- What a webhook was told, newest first, behind ($2, $3).
select * from deliveries
where webhook = $1 and ($2::timestamptz is null or (at, id) < ($2, $3::uuid))
order by at desc, id desc limit $4
