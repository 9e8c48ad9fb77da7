-- The queue's database as migration 0001 made it, with a job in every state. Made with pg_dump; never changed.
COMMENT ON SCHEMA public IS 'standard public schema';
CREATE TABLE public._sqlx_migrations (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE public.audit (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    job uuid,
    tenant text,
    person text NOT NULL,
    action text NOT NULL,
    state_from text,
    state_to text,
    detail text
);
ALTER TABLE public.audit ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.dead_letters (
    seq bigint NOT NULL,
    job uuid,
    reason text NOT NULL,
    at timestamp with time zone NOT NULL
);
ALTER TABLE public.dead_letters ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dead_letters_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.idempotency (
    tenant text NOT NULL,
    submitter text NOT NULL,
    key text NOT NULL,
    body text NOT NULL,
    job uuid NOT NULL,
    made_at timestamp with time zone NOT NULL
);
CREATE TABLE public.jobs (
    id uuid NOT NULL,
    tenant text NOT NULL,
    "extract" text NOT NULL,
    request text NOT NULL,
    label text,
    lane text NOT NULL,
    high_priority boolean NOT NULL,
    keep_until_deleted boolean NOT NULL,
    school_year bigint,
    submitter text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    schedule uuid,
    fire_at timestamp with time zone,
    state text NOT NULL,
    run_at timestamp with time zone NOT NULL,
    dispatch bigint DEFAULT 1 NOT NULL,
    attempt bigint DEFAULT 0 NOT NULL,
    max_attempts bigint NOT NULL,
    attempts text DEFAULT '[]'::text NOT NULL,
    faults bigint DEFAULT 0 NOT NULL,
    fault_since timestamp with time zone,
    run uuid,
    worker uuid,
    lease_until timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    generated_at text,
    wants text,
    snapshot uuid,
    phase text,
    done bigint,
    total bigint,
    progress_at timestamp with time zone,
    estimate bigint DEFAULT 0 NOT NULL,
    cancel_requested_at timestamp with time zone,
    cancel_requested_by text,
    delete_requested_at timestamp with time zone,
    result text,
    result_run uuid,
    failure text,
    program text,
    expires_at timestamp with time zone,
    expired_at timestamp with time zone,
    submitted_to_state_at timestamp with time zone,
    deleted_at timestamp with time zone,
    deleted_by text,
    version bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone NOT NULL
)
WITH (fillfactor='80');
CREATE TABLE public.leads (
    tenant text NOT NULL,
    snapshot uuid NOT NULL,
    named_at timestamp with time zone NOT NULL
);
CREATE TABLE public.outbox (
    job uuid NOT NULL,
    dispatch bigint NOT NULL,
    tenant text NOT NULL,
    "extract" text NOT NULL,
    lane text NOT NULL,
    high_priority boolean NOT NULL,
    run_at timestamp with time zone NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    estimate bigint DEFAULT 0 NOT NULL,
    admitted_at timestamp with time zone,
    "position" bigint,
    estimated_start_at timestamp with time zone
)
WITH (fillfactor='80');
CREATE TABLE public.paused_extracts (
    "extract" text NOT NULL
);
CREATE TABLE public.people (
    tenant text NOT NULL,
    name text NOT NULL,
    grants text NOT NULL,
    seen_at timestamp with time zone NOT NULL
);
CREATE TABLE public.snapshots (
    id uuid NOT NULL,
    tenant text NOT NULL,
    job uuid,
    district text NOT NULL,
    as_of text NOT NULL,
    submitted_at timestamp with time zone NOT NULL,
    imported_at timestamp with time zone NOT NULL,
    choices text NOT NULL,
    manifest text NOT NULL,
    bytes bigint NOT NULL,
    findings text NOT NULL,
    gone_at timestamp with time zone
);
CREATE TABLE public.tenants (
    tenant text NOT NULL,
    turn bigint DEFAULT 0 NOT NULL,
    paused boolean DEFAULT false NOT NULL
);
CREATE TABLE public.trash (
    object_key text NOT NULL,
    marked_at timestamp with time zone NOT NULL,
    gone_at timestamp with time zone
);
CREATE TABLE public.uploads (
    upload text NOT NULL,
    object_key text NOT NULL,
    job uuid,
    run uuid,
    started_at timestamp with time zone NOT NULL
);
CREATE TABLE public.workers (
    id uuid NOT NULL,
    host text NOT NULL,
    program text NOT NULL,
    batch_slots bigint NOT NULL,
    interactive_slots bigint NOT NULL,
    batch_free bigint NOT NULL,
    interactive_free bigint NOT NULL,
    memory bigint NOT NULL,
    memory_free bigint NOT NULL,
    started bigint DEFAULT 0 NOT NULL,
    draining boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL
);
INSERT INTO public._sqlx_migrations VALUES (1, 'queue', '2025-11-25 13:13:52.107755+00', true, '\x5455085db6658d4bdd87365f62d43856942bd0f71b9924b24d98ee00348cb2b2cb2903ddd349c41c5a77ba3c43828a86', 181119876);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (1, '2025-11-25 13:13:56.49053+00', '01a212d7-67f9-7567-88fa-a4ab42b12b29', 'ky-099', 'dana', 'submit', NULL, 'queued', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (2, '2025-11-25 13:13:56.571171+00', '01a212d7-6859-7449-976a-f70f2fb4d33a', 'ky-099', 'dana', 'submit', NULL, 'queued', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (3, '2025-11-25 13:13:56.840583+00', '01a212d7-67f9-7567-88fa-a4ab42b12b29', 'ky-099', 'worker', 'claim', 'queued', 'processing', '383b4bae-602e-4550-9818-0c7601c42568');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (4, '2025-11-25 13:13:56.879403+00', '01a212d7-67f9-7567-88fa-a4ab42b12b29', 'ky-099', 'worker', 'complete', 'processing', 'completed', '383b4bae-602e-4550-9818-0c7601c42568');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (5, '2025-11-25 13:13:56.899168+00', '01a212d7-69a1-74fb-8f5a-6db015e5b097', 'ky-099', 'dana', 'submit', NULL, 'scheduled', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (6, '2025-11-25 13:13:56.923818+00', '01a212d7-6859-7449-976a-f70f2fb4d33a', 'ky-099', 'worker', 'claim', 'queued', 'processing', 'b5766d99-680c-4b12-b09c-1cf2dc32197f');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (7, '2025-11-25 13:13:56.942783+00', '01a212d7-6859-7449-976a-f70f2fb4d33a', 'ky-099', 'worker', 'failed', 'processing', 'failed', 'b5766d99-680c-4b12-b09c-1cf2dc32197f');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (8, '2025-11-25 13:14:00.979494+00', '01a212d7-7991-7596-a27a-0256cf7eb183', 'ky-099', 'dana', 'submit', NULL, 'queued', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (9, '2025-11-25 13:14:01.007122+00', '01a212d7-7991-7596-a27a-0256cf7eb183', 'ky-099', 'worker', 'claim', 'queued', 'processing', '06242685-37ed-4f5d-8b31-61c3b30622a1');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (10, '2025-11-25 13:14:03.141313+00', '01a212d7-7991-7596-a27a-0256cf7eb183', 'ky-099', 'dana', 'cancel', 'processing', 'processing', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (11, '2025-11-25 13:14:03.166522+00', '01a212d7-7991-7596-a27a-0256cf7eb183', 'ky-099', 'worker', 'canceled', 'processing', 'canceled', '06242685-37ed-4f5d-8b31-61c3b30622a1');
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (12, '2025-11-25 13:14:06.181407+00', '01a212d7-8de4-744a-bf31-77824a5f16d9', 'ky-099', 'dana', 'submit', NULL, 'queued', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (13, '2025-11-25 13:14:06.209105+00', '01a212d7-8dfb-75e7-bdb0-626d8a2b38ce', 'ky-099', 'dana', 'submit', NULL, 'queued', NULL);
INSERT INTO public.audit OVERRIDING SYSTEM VALUE VALUES (14, '2025-11-25 13:14:06.219613+00', '01a212d7-8de4-744a-bf31-77824a5f16d9', 'ky-099', 'worker', 'claim', 'queued', 'processing', 'a5908e40-54b6-47a6-ac04-309250fb8122');
INSERT INTO public.idempotency VALUES ('ky-099', 'dana', 'key-1', '4cea02da78e439dc15d3f3dcefc0e3b7075da6572222a30b2ff8e54edd7ab0a4', '01a212d7-67f9-7567-88fa-a4ab42b12b29', '2025-11-25 13:13:56.486682+00');
INSERT INTO public.jobs VALUES ('01a212d7-67f9-7567-88fa-a4ab42b12b29', 'ky-099', 'probe', '{"act":"no-op","bytes":50}', 'completed', 'batch', false, false, NULL, 'dana', '2025-11-25 13:13:56.49053+00', NULL, NULL, 'completed', '2025-11-25 13:13:56.49053+00', 1, 1, 3, '[]', 0, NULL, '383b4bae-602e-4550-9818-0c7601c42568', NULL, NULL, '2025-11-25 13:13:56.840583+00', '2025-11-25 13:13:56.879403+00', '2025-11-25T08:13', NULL, NULL, 'Starting', NULL, NULL, '2025-11-25 13:13:56.840583+00', 0, NULL, NULL, NULL, '{"rows":0,"warnings":0,"errors":0,"files":[{"name":"probe.bin","media_type":"application/octet-stream","bytes":50,"rows":0,"sha256":"7bffff75fb0ad48ee68f7500015d78b38629e7c305fd363d23775691ff2c43c8"}]}', '383b4bae-602e-4550-9818-0c7601c42568', NULL, 'registrar 0.1.0', NULL, NULL, NULL, NULL, NULL, 3, '2025-11-25 13:13:56.879403+00');
INSERT INTO public.jobs VALUES ('01a212d7-69a1-74fb-8f5a-6db015e5b097', 'ky-099', 'probe', '{"bytes":50}', 'scheduled', 'batch', false, false, NULL, 'dana', '2025-11-25 13:13:56.899168+00', NULL, NULL, 'scheduled', '2025-11-28 13:13:56+00', 1, 0, 3, '[]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, '2025-11-25 13:13:56.899168+00');
INSERT INTO public.jobs VALUES ('01a212d7-6859-7449-976a-f70f2fb4d33a', 'ky-099', 'probe', '{"act":"exit"}', 'failed', 'batch', false, false, NULL, 'dana', '2025-11-25 13:13:56.571171+00', NULL, NULL, 'failed', '2025-11-25 13:13:56.571171+00', 1, 1, 3, '[{"attempt":1,"at":"2025-11-25T13:13:56.940885437Z","class":"crash","message":"The job''s process stopped unexpectedly."}]', 0, NULL, 'b5766d99-680c-4b12-b09c-1cf2dc32197f', NULL, NULL, '2025-11-25 13:13:56.923818+00', '2025-11-25 13:13:56.942783+00', '2025-11-25T08:13', NULL, NULL, NULL, NULL, NULL, '2025-11-25 13:13:56.923818+00', 0, NULL, NULL, NULL, NULL, NULL, '{"class":"crash","message":"The job''s process stopped unexpectedly.","next_step":"Restart the job; if it fails again, send its id to support."}', 'registrar 0.1.0', NULL, NULL, NULL, NULL, NULL, 3, '2025-11-25 13:13:56.942783+00');
INSERT INTO public.jobs VALUES ('01a212d7-7991-7596-a27a-0256cf7eb183', 'ky-099', 'probe', '{"act":"sleep","seconds":600}', 'canceled', 'batch', false, false, NULL, 'dana', '2025-11-25 13:14:00.979494+00', NULL, NULL, 'canceled', '2025-11-25 13:14:00.979494+00', 1, 1, 3, '[]', 0, NULL, '06242685-37ed-4f5d-8b31-61c3b30622a1', NULL, NULL, '2025-11-25 13:14:01.007122+00', '2025-11-25 13:14:03.166522+00', '2025-11-25T08:14', NULL, NULL, NULL, NULL, NULL, '2025-11-25 13:14:03.075947+00', 0, '2025-11-25 13:14:03.141313+00', 'dana', NULL, NULL, NULL, NULL, 'registrar 0.1.0', NULL, NULL, NULL, NULL, NULL, 7, '2025-11-25 13:14:03.166522+00');
INSERT INTO public.jobs VALUES ('01a212d7-8dfb-75e7-bdb0-626d8a2b38ce', 'ky-099', 'probe', '{"bytes":50}', 'queued', 'batch', false, false, NULL, 'dana', '2025-11-25 13:14:06.209105+00', NULL, NULL, 'queued', '2025-11-25 13:14:06.209105+00', 1, 0, 3, '[]', 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1, '2025-11-25 13:14:06.209105+00');
INSERT INTO public.jobs VALUES ('01a212d7-8de4-744a-bf31-77824a5f16d9', 'ky-099', 'probe', '{"act":"sleep","seconds":1,"bytes":50}', 'processing', 'batch', false, false, NULL, 'dana', '2025-11-25 13:14:06.181407+00', NULL, NULL, 'processing', '2025-11-25 13:14:06.181407+00', 1, 1, 3, '[]', 0, NULL, 'a5908e40-54b6-47a6-ac04-309250fb8122', '01a212d7-59d6-71e5-9f63-de8948dfd288', '2025-11-25 13:14:36.219613+00', '2025-11-25 13:14:06.219613+00', NULL, '2025-11-25T08:14', NULL, NULL, 'Sleeping', 20, 1000, '2025-11-25 13:14:06.253402+00', 0, NULL, NULL, NULL, NULL, NULL, NULL, 'registrar 0.1.0', NULL, NULL, NULL, NULL, NULL, 3, '2025-11-25 13:14:06.253402+00');
INSERT INTO public.outbox VALUES ('01a212d7-8dfb-75e7-bdb0-626d8a2b38ce', 1, 'ky-099', 'probe', 'batch', false, '2025-11-25 13:14:06.209105+00', '2025-11-25 13:14:06.209105+00', '2025-11-25 13:14:06.209105+00', 0, '2025-11-25 13:14:06.242044+00', 2, '2025-11-25 13:14:06.220956+00');
INSERT INTO public.people VALUES ('ky-099', 'dana', '{"name":"dana","tenants":["ky-099"],"rights":{"**":["R","W","A","D"]},"schools":[]}', '2025-11-25 13:13:52.817966+00');
INSERT INTO public.tenants VALUES ('ky-099', 5, false);
SELECT pg_catalog.setval('public.audit_seq_seq', 14, true);
SELECT pg_catalog.setval('public.dead_letters_seq_seq', 1, false);
ALTER TABLE ONLY public._sqlx_migrations
    ADD CONSTRAINT _sqlx_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (tenant, submitter, key);
ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (tenant);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (job);
ALTER TABLE ONLY public.paused_extracts
    ADD CONSTRAINT paused_extracts_pkey PRIMARY KEY ("extract");
ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (tenant, name);
ALTER TABLE ONLY public.snapshots
    ADD CONSTRAINT snapshots_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (tenant);
ALTER TABLE ONLY public.trash
    ADD CONSTRAINT trash_pkey PRIMARY KEY (object_key);
ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (upload);
ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (id);
CREATE INDEX audit_at ON public.audit USING btree (at);
CREATE INDEX audit_job ON public.audit USING btree (job);
CREATE INDEX dead_letters_job ON public.dead_letters USING btree (job);
CREATE INDEX idempotency_age ON public.idempotency USING btree (made_at);
CREATE INDEX jobs_changed ON public.jobs USING btree (changed_at);
CREATE INDEX jobs_due ON public.jobs USING btree (run_at) WHERE (state = 'scheduled'::text);
CREATE INDEX jobs_expiry ON public.jobs USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE UNIQUE INDEX jobs_fire ON public.jobs USING btree (schedule, fire_at) WHERE ((schedule IS NOT NULL) AND (fire_at IS NOT NULL));
CREATE INDEX jobs_list ON public.jobs USING btree (tenant, submitted_at DESC, id DESC);
CREATE INDEX jobs_open ON public.jobs USING btree (state, lane) WHERE (state = ANY (ARRAY['scheduled'::text, 'queued'::text, 'processing'::text]));
CREATE INDEX jobs_own ON public.jobs USING btree (tenant, submitter, submitted_at DESC, id DESC);
CREATE INDEX jobs_running ON public.jobs USING btree (lease_until) WHERE (state = 'processing'::text);
CREATE INDEX outbox_admitted ON public.outbox USING btree (admitted_at) WHERE (admitted_at IS NOT NULL);
CREATE INDEX outbox_waiting ON public.outbox USING btree (tenant, lane, high_priority DESC, run_at, submitted_at, job) WHERE (admitted_at IS NULL);
CREATE INDEX snapshots_tenant ON public.snapshots USING btree (tenant, submitted_at DESC, id DESC);
CREATE INDEX trash_waiting ON public.trash USING btree (marked_at) WHERE (gone_at IS NULL);
ALTER TABLE ONLY public.leads
    ADD CONSTRAINT leads_snapshot_fkey FOREIGN KEY (snapshot) REFERENCES public.snapshots(id);
