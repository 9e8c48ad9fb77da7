update workers set draining = true where id = $1 returning id
