-- Where a tenant's manifests come from. `commit_id` is what the projection (jobs, documents, diagnostics)
-- was made of; `steps` counts the commits that were looked at. `sealed` holds encrypted credentials.
CREATE TABLE repositories (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    remote_url TEXT,
    branch TEXT NOT NULL,
    sealed BYTEA,
    sync_interval_s BIGINT NOT NULL,
    state TEXT NOT NULL,
    commit_id TEXT,
    steps BIGINT NOT NULL,
    synced_at BIGINT,
    error TEXT,
    jobs BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    due_at BIGINT,
    leased_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX repositories_name ON repositories (tenant_id, name);
CREATE INDEX repositories_due ON repositories (due_at);
SELECT crontopus_fence('repositories');
