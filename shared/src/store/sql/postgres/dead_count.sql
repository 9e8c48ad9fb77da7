select count(*) as letters from dead_letters
