-- API tokens; of the secret only the SHA-256. `scopes` is a JSON array.
CREATE TABLE tokens (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    hint TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX tokens_secret_hash ON tokens (secret_hash);

-- Who changed what.
CREATE TABLE audit (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    remote_addr TEXT,
    detail TEXT,
    PRIMARY KEY (tenant_id, id)
);

-- Answers to requests with an `Idempotency-Key`. `status` is 0 while the first request goes on; `body` is
-- NULL when the answer held a secret.
CREATE TABLE idempotency_keys (
    tenant_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT,
    PRIMARY KEY (tenant_id, key_hash)
);
CREATE INDEX idempotency_keys_at ON idempotency_keys (at);
