-- What another Git server calls when somebody pushed there. `sealed` holds the encrypted secret that both sides
-- know; `received_at` is when a call was believed last, and `provider` whose it was.
CREATE TABLE repository_hooks (
    tenant_id TEXT NOT NULL,
    repository_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    received_at BIGINT,
    provider TEXT,
    PRIMARY KEY (tenant_id, repository_id)
);
CREATE UNIQUE INDEX repository_hooks_repository ON repository_hooks (repository_id);
