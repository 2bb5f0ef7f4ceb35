-- What operators silenced for a time: a monitor, an agent, an incident (`value` is the id) or a label (`key=value`).
CREATE TABLE snoozes (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    value TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    reason TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX snoozes_value ON snoozes (tenant_id, scope, value);
CREATE INDEX snoozes_until_at ON snoozes (until_at);
