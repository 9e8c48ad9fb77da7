delete from explanations where id = $1 and answer is not null returning answer
