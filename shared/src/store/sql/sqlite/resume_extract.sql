delete from paused_extracts where extract = $1
