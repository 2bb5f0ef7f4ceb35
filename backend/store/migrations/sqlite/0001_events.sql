-- The number of the last committed batch of events of each tenant.
CREATE TABLE event_heads (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- What changed, one row for each commit; `changes` is a JSON array of [kind, id, job].
CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX events_at ON events (at);
