delete from uploads where upload = $1
