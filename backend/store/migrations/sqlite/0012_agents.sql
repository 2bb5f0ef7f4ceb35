-- What lets a host join; of the secret only the SHA-256. `labels` is a JSON object.
CREATE TABLE enroll_tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    labels TEXT NOT NULL,
    uses BIGINT NOT NULL,
    used BIGINT NOT NULL,
    approval BOOLEAN NOT NULL,
    repository TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX enroll_tokens_secret_hash ON enroll_tokens (secret_hash);

-- Enrolled hosts. `state` is pending, online, lost, revoked or quarantined; `labels`, `conditions` and
-- `plan` are JSON. `seen_at` is when it was last heard of.
CREATE TABLE agents (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    labels TEXT NOT NULL,
    repository TEXT NOT NULL,
    machine TEXT NOT NULL,
    hostname TEXT NOT NULL,
    os TEXT NOT NULL,
    arch TEXT NOT NULL,
    version TEXT NOT NULL,
    scheduler TEXT NOT NULL,
    scheduler_running BOOLEAN NOT NULL,
    timezone TEXT NOT NULL,
    tzdata_version TEXT,
    clock_offset_ms BIGINT,
    seen_at BIGINT,
    spooled BIGINT NOT NULL,
    applied_commit TEXT,
    confirmed_commit TEXT,
    jobs BIGINT NOT NULL,
    drift BIGINT NOT NULL,
    conditions TEXT NOT NULL,
    plan TEXT,
    rolling TEXT,
    rolling_before TEXT,
    signals BIGINT NOT NULL,
    signal TEXT NOT NULL,
    enrolled_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX agents_name ON agents (tenant_id, name) WHERE state <> 'revoked';
CREATE INDEX agents_machine ON agents (tenant_id, machine);
CREATE INDEX agents_seen_at ON agents (seen_at) WHERE state = 'online';

-- Keys that agents sign with: the present one, and for a day the one before it (`expires_at`).
CREATE TABLE agent_keys (
    tenant_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (tenant_id, agent_id, fingerprint)
);
CREATE INDEX agent_keys_agent_id ON agent_keys (agent_id);
CREATE UNIQUE INDEX agent_keys_fingerprint ON agent_keys (fingerprint);
