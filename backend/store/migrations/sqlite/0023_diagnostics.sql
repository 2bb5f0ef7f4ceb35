-- What is wrong with the manifests at the commit in force, file by file.
CREATE TABLE diagnostics (
    tenant_id TEXT NOT NULL,
    repository_id TEXT NOT NULL,
    file TEXT NOT NULL,
    position BIGINT NOT NULL,
    severity TEXT NOT NULL,
    line BIGINT NOT NULL,
    col BIGINT NOT NULL,
    path TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    help TEXT,
    subject TEXT,
    PRIMARY KEY (tenant_id, repository_id, file, position)
);
