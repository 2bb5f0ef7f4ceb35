-- The outbox holds one row for each thing one target is told. Nothing was ever sent from the table of this name
-- before, which is why it goes. `target` is a channel's id or `owners`; rows of one `stream` are sent in the order
-- of `seq`; rows of one `group_key` that wait together become one message, whose id is `message_id`; `payload` is
-- JSON; `answer` is what was last answered.
DROP TABLE outbox;
CREATE TABLE outbox (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq BIGINT NOT NULL,
    occasion TEXT NOT NULL,
    target TEXT NOT NULL,
    incident_id TEXT,
    route TEXT NOT NULL,
    group_key TEXT,
    message_id TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    locked_until BIGINT,
    done_at BIGINT,
    answer TEXT,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX outbox_due_at ON outbox (due_at) WHERE done_at IS NULL;
CREATE INDEX outbox_stream ON outbox (tenant_id, stream, seq);
CREATE INDEX outbox_target ON outbox (tenant_id, target, created_at, id);
CREATE INDEX outbox_incident ON outbox (tenant_id, incident_id, created_at);
CREATE INDEX outbox_message ON outbox (tenant_id, message_id);
CREATE INDEX outbox_tenant ON outbox (tenant_id, created_at, id);
CREATE INDEX outbox_created_at ON outbox (created_at);

-- How a provider calls the first message about an incident, which later ones update or answer.
CREATE TABLE alert_threads (
    tenant_id TEXT NOT NULL,
    target TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    shared BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, target, incident_id)
);

SELECT crontopus_fence('outbox');
SELECT crontopus_fence('alert_threads');
