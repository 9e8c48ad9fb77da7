-- The queue's database as migration 0001 made it, with a job in every state. Made with a dump; never changed.
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'queue','2026-11-25 13:14:45',1,X'8F3CBF7FB226F5A2ABD374373CC88D16C56B4685132218495ADDCD69CE017407CBC2B148C2F916CA9A076DCA4CE4075E',20736601);
CREATE TABLE audit (
    seq integer primary key autoincrement,
    at integer not null,
    job text,
    tenant text,
    person text not null,
    action text not null,
    state_from text,
    state_to text,
    detail text
);
INSERT INTO "audit" VALUES(1,1764076487585000,'01a212d8-2fa0-77ff-986a-cb9225b0840c','ky-099','dana','submit',NULL,'queued',NULL);
INSERT INTO "audit" VALUES(2,1764076487602000,'01a212d8-2fa0-77ff-986a-cb9225b0840c','ky-099','worker','claim','queued','processing','d75fdc7c-feb1-48d9-83ba-dc423c20f288');
INSERT INTO "audit" VALUES(3,1764076487609000,'01a212d8-2fb5-7225-a867-c92d66b73869','ky-099','dana','submit',NULL,'queued',NULL);
INSERT INTO "audit" VALUES(4,1764076487641000,'01a212d8-2fa0-77ff-986a-cb9225b0840c','ky-099','worker','complete','processing','completed','d75fdc7c-feb1-48d9-83ba-dc423c20f288');
INSERT INTO "audit" VALUES(5,1764076487652000,'01a212d8-2fb5-7225-a867-c92d66b73869','ky-099','worker','claim','queued','processing','2b46bfa7-1e28-4666-a48a-7e9493cde0db');
INSERT INTO "audit" VALUES(6,1764076487675000,'01a212d8-2ff4-705c-b300-b952df5c8c06','ky-099','dana','submit',NULL,'scheduled',NULL);
INSERT INTO "audit" VALUES(7,1764076487685000,'01a212d8-2fb5-7225-a867-c92d66b73869','ky-099','worker','failed','processing','failed','2b46bfa7-1e28-4666-a48a-7e9493cde0db');
INSERT INTO "audit" VALUES(8,1764076491723000,'01a212d8-3fc9-749a-8a50-ca3dc25fd4f7','ky-099','dana','submit',NULL,'queued',NULL);
INSERT INTO "audit" VALUES(9,1764076491766000,'01a212d8-3fc9-749a-8a50-ca3dc25fd4f7','ky-099','worker','claim','queued','processing','8c8c8357-2522-4463-a198-cf99831d6db2');
INSERT INTO "audit" VALUES(10,1764076494111000,'01a212d8-3fc9-749a-8a50-ca3dc25fd4f7','ky-099','dana','cancel','processing','processing',NULL);
INSERT INTO "audit" VALUES(11,1764076494122000,'01a212d8-3fc9-749a-8a50-ca3dc25fd4f7','ky-099','worker','canceled','processing','canceled','8c8c8357-2522-4463-a198-cf99831d6db2');
INSERT INTO "audit" VALUES(12,1764076497162000,'01a212d8-5507-7084-bbf8-8fb4c21f1cc8','ky-099','dana','submit',NULL,'queued',NULL);
INSERT INTO "audit" VALUES(13,1764076497206000,'01a212d8-552b-73e5-8771-cdace3a521ec','ky-099','dana','submit',NULL,'queued',NULL);
INSERT INTO "audit" VALUES(14,1764076497251000,'01a212d8-5507-7084-bbf8-8fb4c21f1cc8','ky-099','worker','claim','queued','processing','87fd8148-4186-40a0-95bd-5ba7fc6165fd');
CREATE TABLE dead_letters (
    seq integer primary key autoincrement,
    job text,
    reason text not null,
    at integer not null
);
CREATE TABLE idempotency (
    tenant text not null,
    submitter text not null,
    key text not null,
    body text not null,
    job text not null,
    made_at integer not null,
    primary key (tenant, submitter, key)
);
INSERT INTO "idempotency" VALUES('ky-099','dana','key-1','4cea02da78e439dc15d3f3dcefc0e3b7075da6572222a30b2ff8e54edd7ab0a4','01a212d8-2fa0-77ff-986a-cb9225b0840c',1764076487585000);
CREATE TABLE jobs (
    id text primary key,
    tenant text not null,
    extract text not null,
    request text not null,
    label text,
    lane text not null,
    high_priority boolean not null,
    keep_until_deleted boolean not null,
    school_year integer,
    submitter text not null,
    submitted_at integer not null,
    schedule text,
    fire_at integer,
    state text not null,
    run_at integer not null,
    dispatch integer not null default 1,
    attempt integer not null default 0,
    max_attempts integer not null,
    attempts text not null default '[]',
    faults integer not null default 0,
    fault_since integer,
    run text,
    worker text,
    lease_until integer,
    started_at integer,
    finished_at integer,
    generated_at text,
    wants text,
    snapshot text,
    phase text,
    done integer,
    total integer,
    progress_at integer,
    estimate integer not null default 0,
    cancel_requested_at integer,
    cancel_requested_by text,
    delete_requested_at integer,
    result text,
    result_run text,
    failure text,
    program text,
    expires_at integer,
    expired_at integer,
    submitted_to_state_at integer,
    deleted_at integer,
    deleted_by text,
    version integer not null default 1,
    changed_at integer not null
);
INSERT INTO "jobs" VALUES('01a212d8-2fa0-77ff-986a-cb9225b0840c','ky-099','probe','{"act":"no-op","bytes":50}','completed','batch',0,1,NULL,'dana',1764076487585000,NULL,NULL,'completed',1764076487585000,1,1,3,'[]',0,NULL,'d75fdc7c-feb1-48d9-83ba-dc423c20f288',NULL,NULL,1764076487602000,1764076487641000,'2026-11-25T08:14',NULL,NULL,'Starting',NULL,NULL,1764076487602000,0,NULL,NULL,NULL,'{"rows":0,"warnings":0,"errors":0,"files":[{"name":"probe.bin","media_type":"application/octet-stream","bytes":50,"rows":0,"sha256":"7bffff75fb0ad48ee68f7500015d78b38629e7c305fd363d23775691ff2c43c8"}]}','d75fdc7c-feb1-48d9-83ba-dc423c20f288',NULL,'registrar 0.1.0',NULL,NULL,NULL,NULL,NULL,3,1764076487641000);
INSERT INTO "jobs" VALUES('01a212d8-2fb5-7225-a867-c92d66b73869','ky-099','probe','{"act":"exit"}','failed','batch',0,0,NULL,'dana',1764076487609000,NULL,NULL,'failed',1764076487609000,1,1,3,'[{"attempt":1,"at":"2026-11-25T13:14:47.678182905Z","class":"crash","message":"The job''s process stopped unexpectedly."}]',0,NULL,'2b46bfa7-1e28-4666-a48a-7e9493cde0db',NULL,NULL,1764076487652000,1764076487686000,'2026-11-25T08:14',NULL,NULL,NULL,NULL,NULL,1764076487652000,0,NULL,NULL,NULL,NULL,NULL,'{"class":"crash","message":"The job''s process stopped unexpectedly.","next_step":"Restart the job; if it fails again, send its id to support."}','registrar 0.1.0',NULL,NULL,NULL,NULL,NULL,3,1764076487686000);
INSERT INTO "jobs" VALUES('01a212d8-2ff4-705c-b300-b952df5c8c06','ky-099','probe','{"bytes":50}','scheduled','batch',0,0,NULL,'dana',1764076487675000,NULL,NULL,'scheduled',1764335687000000,1,0,3,'[]',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1764076487675000);
INSERT INTO "jobs" VALUES('01a212d8-3fc9-749a-8a50-ca3dc25fd4f7','ky-099','probe','{"act":"sleep","seconds":600}','canceled','batch',0,0,NULL,'dana',1764076491723000,NULL,NULL,'canceled',1764076491723000,1,1,3,'[]',0,NULL,'8c8c8357-2522-4463-a198-cf99831d6db2',NULL,NULL,1764076491766000,1764076494122000,'2026-11-25T08:14',NULL,NULL,NULL,NULL,NULL,1764076493844000,0,1764076494112000,'dana',NULL,NULL,NULL,NULL,'registrar 0.1.0',NULL,NULL,NULL,NULL,NULL,7,1764076494122000);
INSERT INTO "jobs" VALUES('01a212d8-5507-7084-bbf8-8fb4c21f1cc8','ky-099','probe','{"act":"sleep","seconds":1,"bytes":50}','processing','batch',0,0,NULL,'dana',1764076497162000,NULL,NULL,'processing',1764076497162000,1,1,3,'[]',0,NULL,'87fd8148-4186-40a0-95bd-5ba7fc6165fd','01a212d8-2853-74a8-8dc4-8164bada7302',1764076527251000,1764076497251000,NULL,'2026-11-25T08:14',NULL,NULL,'Sleeping',20,1000,1764076497300000,0,NULL,NULL,NULL,NULL,NULL,NULL,'registrar 0.1.0',NULL,NULL,NULL,NULL,NULL,3,1764076497300000);
INSERT INTO "jobs" VALUES('01a212d8-552b-73e5-8771-cdace3a521ec','ky-099','probe','{"bytes":50}','queued','batch',0,0,NULL,'dana',1764076497206000,NULL,NULL,'queued',1764076497206000,1,0,3,'[]',0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1,1764076497206000);
CREATE TABLE leads (
    tenant text primary key,
    snapshot text not null references snapshots (id),
    named_at integer not null
);
CREATE TABLE outbox (
    job text primary key,
    dispatch integer not null,
    tenant text not null,
    extract text not null,
    lane text not null,
    high_priority boolean not null,
    run_at integer not null,
    submitted_at integer not null,
    not_before integer not null,
    estimate integer not null default 0,
    admitted_at integer,
    position integer,
    estimated_start_at integer
);
INSERT INTO "outbox" VALUES('01a212d8-552b-73e5-8771-cdace3a521ec',1,'ky-099','probe','batch',0,1764076497206000,1764076497206000,1764076497206000,0,NULL,NULL,NULL);
CREATE TABLE paused_extracts (
    extract text primary key
);
CREATE TABLE people (
    tenant text not null,
    name text not null,
    grants text not null,
    seen_at integer not null,
    primary key (tenant, name)
);
INSERT INTO "people" VALUES('ky-099','dana','{"name":"dana","tenants":["ky-099"],"rights":{"**":["R","W","A","D"]},"schools":[]}',1764076485722000);
CREATE TABLE snapshots (
    id text primary key,
    tenant text not null,
    job text,
    district text not null,
    as_of text not null,
    submitted_at integer not null,
    imported_at integer not null,
    choices text not null,
    manifest text not null,
    bytes integer not null,
    findings text not null,
    gone_at integer
);
CREATE TABLE tenants (
    tenant text primary key,
    turn integer not null default 0,
    paused boolean not null default 0
);
INSERT INTO "tenants" VALUES('ky-099',4,0);
CREATE TABLE trash (
    object_key text primary key,
    marked_at integer not null,
    gone_at integer
);
CREATE TABLE uploads (
    upload text primary key,
    object_key text not null,
    job text,
    run text,
    started_at integer not null
);
CREATE TABLE workers (
    id text primary key,
    host text not null,
    program text not null,
    batch_slots integer not null,
    interactive_slots integer not null,
    batch_free integer not null,
    interactive_free integer not null,
    memory integer not null,
    memory_free integer not null,
    started integer not null default 0,
    draining boolean not null default 0,
    started_at integer not null,
    seen_at integer not null
);
CREATE INDEX jobs_list on jobs (tenant, submitted_at desc, id desc);
CREATE INDEX jobs_own on jobs (tenant, submitter, submitted_at desc, id desc);
CREATE INDEX jobs_due on jobs (run_at) where state = 'scheduled';
CREATE INDEX jobs_running on jobs (lease_until) where state = 'processing';
CREATE INDEX jobs_expiry on jobs (expires_at) where expires_at is not null;
CREATE INDEX jobs_changed on jobs (changed_at);
CREATE UNIQUE INDEX jobs_fire on jobs (schedule, fire_at) where schedule is not null and fire_at is not null;
CREATE INDEX outbox_waiting on outbox (tenant, lane, high_priority desc, run_at, submitted_at, job) where admitted_at is null;
CREATE INDEX outbox_admitted on outbox (admitted_at) where admitted_at is not null;
CREATE INDEX idempotency_age on idempotency (made_at);
CREATE INDEX audit_job on audit (job);
CREATE INDEX audit_at on audit (at);
CREATE INDEX snapshots_tenant on snapshots (tenant, submitted_at desc, id desc);
CREATE INDEX trash_waiting on trash (marked_at) where gone_at is null;
CREATE INDEX dead_letters_job on dead_letters (job);
CREATE INDEX jobs_open on jobs (state, lane) where state in ('scheduled', 'queued', 'processing');
COMMIT;
