-- What a client last said is to be expected of a job that Git declares: shown beside it, never applied.
CREATE TABLE monitor_proposals (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    dialect TEXT NOT NULL,
    proposal TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id)
);
