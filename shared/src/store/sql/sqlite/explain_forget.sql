delete from explanations where id = $1
