update jobs set snapshot = $3 where id = $1 and run = $2 and state = 'completed' returning id
