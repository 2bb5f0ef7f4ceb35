-- Where notifications go. `settings` is JSON without secrets, for people; `sealed` is all of it, encrypted.
-- `not_before` is when the provider wants to hear the next message.
CREATE TABLE channels (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed BLOB NOT NULL,
    is_default BOOLEAN NOT NULL,
    enabled BOOLEAN NOT NULL,
    disabled_why TEXT,
    not_before BIGINT,
    last_at BIGINT,
    last_sent BOOLEAN,
    last_answer TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX channels_name ON channels (tenant_id, name);
