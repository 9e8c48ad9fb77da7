-- SQLite lives in this process, whose own start is the start.
select 0 as at
