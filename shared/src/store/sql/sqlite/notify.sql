-- One process hears itself.
select $1, $2
