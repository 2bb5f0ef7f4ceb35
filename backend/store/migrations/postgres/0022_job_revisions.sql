-- Each commit that changed a job. `digest` is absent where the commit removed or broke it; `seq` follows
-- the order of the commits.
CREATE TABLE job_revisions (
    tenant_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    repository_id TEXT NOT NULL,
    commit_id TEXT NOT NULL,
    file TEXT NOT NULL,
    digest TEXT,
    summary TEXT NOT NULL,
    author TEXT NOT NULL,
    authored_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, job_id, seq)
);
CREATE INDEX job_revisions_repository ON job_revisions (tenant_id, repository_id);
SELECT crontopus_fence('job_revisions');
