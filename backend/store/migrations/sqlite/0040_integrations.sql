-- Keys by which clients of other monitors report, one of each kind for a tenant; of the key only the SHA-256.
CREATE TABLE integration_keys (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, kind)
);
CREATE UNIQUE INDEX integration_keys_key_hash ON integration_keys (key_hash);

-- Some of them name a monitor by its id alone, or by the name of its job without the namespace.
CREATE INDEX monitors_id ON monitors (id);
CREATE INDEX monitors_name ON monitors (tenant_id, name);
