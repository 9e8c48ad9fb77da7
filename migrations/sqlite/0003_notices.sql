-- Notices: one for the submitter each time a job ends, read or not.

create table notices (
    seq integer primary key autoincrement,
    tenant text not null,
    person text not null,
    job text not null,
    state text not null,
    at integer not null,
    read_at integer
);

create index notices_inbox on notices (tenant, person, seq desc);
create index notices_unread on notices (tenant, person) where read_at is null;
create index notices_age on notices (at);
