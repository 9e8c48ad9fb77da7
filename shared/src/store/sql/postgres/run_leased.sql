select id from jobs where state = 'processing' and run = $1
