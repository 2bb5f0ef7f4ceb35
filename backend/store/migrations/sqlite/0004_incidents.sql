-- Open and past problems of a monitor, or of an agent (`kind` is `host_silent`).
CREATE TABLE incidents (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    monitor_id TEXT,
    agent_id TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    bad_runs BIGINT NOT NULL,
    first_run_id TEXT,
    last_run_id TEXT,
    opened_at BIGINT NOT NULL,
    acknowledged_at BIGINT,
    acknowledged_by TEXT,
    resolved_at BIGINT,
    resolution TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX incidents_open_monitor ON incidents (tenant_id, monitor_id)
    WHERE state <> 'resolved' AND monitor_id IS NOT NULL;
CREATE UNIQUE INDEX incidents_open_agent ON incidents (tenant_id, agent_id)
    WHERE state <> 'resolved' AND monitor_id IS NULL;
CREATE INDEX incidents_opened_at ON incidents (tenant_id, opened_at, id);
CREATE INDEX incidents_state ON incidents (tenant_id, state, opened_at, id);

-- The timeline of an incident; `actor` is an e-mail address, or empty for the service itself.
CREATE TABLE incident_events (
    tenant_id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT,
    run_id TEXT,
    note TEXT,
    PRIMARY KEY (tenant_id, incident_id, at, id)
);

-- What is to be done outside the database, written with what causes it. `stream` keeps what belongs together
-- in order; `dedup_key` is the same however often it is tried.
CREATE TABLE outbox (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    dedup_key TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    locked_until BIGINT,
    done_at BIGINT,
    last_error TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX outbox_dedup_key ON outbox (tenant_id, dedup_key);
CREATE INDEX outbox_due_at ON outbox (due_at) WHERE done_at IS NULL;
CREATE INDEX outbox_created_at ON outbox (created_at);
