-- What is remembered of an incident and each route that told of it: who was told, and when it is repeated or goes on
-- to the next step. The route is empty for the default route, and `*` while nobody was told. `told` is JSON.
CREATE TABLE alert_watches (
    tenant_id TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    route TEXT NOT NULL,
    told TEXT NOT NULL,
    step BIGINT NOT NULL,
    base_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    next_at BIGINT,
    PRIMARY KEY (tenant_id, incident_id, route)
);
CREATE INDEX alert_watches_next_at ON alert_watches (next_at) WHERE next_at IS NOT NULL;

-- Monitors and hosts (`subject`) that open and resolve incidents again and again, until they are stable.
CREATE TABLE alert_flaps (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    incident_id TEXT NOT NULL,
    told TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    check_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, subject)
);
CREATE INDEX alert_flaps_check_at ON alert_flaps (check_at);

-- How often a monitor or a host changed is counted over these.
CREATE INDEX incidents_agent ON incidents (tenant_id, agent_id, opened_at) WHERE monitor_id IS NULL;
