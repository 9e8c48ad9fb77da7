-- Notices: one for the submitter each time a job ends, read or not.

create table notices (
    seq bigint generated always as identity primary key,
    tenant text not null,
    person text not null,
    job uuid not null,
    state text not null,
    at timestamptz not null,
    read_at timestamptz
);

create index notices_inbox on notices (tenant, person, seq desc);
create index notices_unread on notices (tenant, person) where read_at is null;
create index notices_age on notices (at);
