select grants from people where tenant = $1 and name = $2
