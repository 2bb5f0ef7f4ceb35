-- The form of each job that is in force. A removed job keeps its row, so that its history finds it and its
-- id returns with it. `commit_id` is where the form comes from, `invalid` says that a newer one has errors.
CREATE TABLE jobs (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    repository_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    uid TEXT,
    description TEXT,
    schedule TEXT NOT NULL,
    timezone TEXT,
    labels TEXT NOT NULL,
    ping BOOLEAN NOT NULL,
    one_host BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    paused BOOLEAN NOT NULL,
    file TEXT NOT NULL,
    line BIGINT NOT NULL,
    commit_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    manifest TEXT NOT NULL,
    invalid BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX jobs_key ON jobs (tenant_id, namespace, name) WHERE removed_at IS NULL;
CREATE INDEX jobs_any_key ON jobs (tenant_id, namespace, name);
CREATE INDEX jobs_file ON jobs (tenant_id, repository_id, file);
CREATE INDEX jobs_uid ON jobs (tenant_id, uid);

-- Policies, routes and maintenances in force.
CREATE TABLE documents (
    tenant_id TEXT NOT NULL,
    repository_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    file TEXT NOT NULL,
    line BIGINT NOT NULL,
    commit_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    manifest TEXT NOT NULL,
    PRIMARY KEY (tenant_id, repository_id, kind, namespace, name)
);
