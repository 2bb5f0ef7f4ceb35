-- What is expected of a job in one place. `agent_id` is empty in ping mode; `spec` is JSON and `revision`
-- grows with each change of it.
CREATE TABLE monitors (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    host TEXT,
    spec TEXT NOT NULL,
    digest TEXT NOT NULL,
    revision BIGINT NOT NULL,
    removed BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX monitors_place ON monitors (tenant_id, job_id, agent_id);
CREATE INDEX monitors_job ON monitors (tenant_id, namespace, name, id);
CREATE INDEX monitors_agent ON monitors (tenant_id, agent_id, id);

-- How a monitor is: what changes with every check-in, apart from what does not. `state` is JSON; the
-- columns beside it repeat what is searched for.
CREATE TABLE monitor_states (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    status TEXT NOT NULL,
    expected_at BIGINT,
    deadline_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
-- The sweep asks for the nearest deadlines of all tenants.
CREATE INDEX monitor_states_deadline_at ON monitor_states (deadline_at) WHERE deadline_at IS NOT NULL;

-- Secrets in check-in addresses, as SHA-256; with an empty `monitor_id` the tenant's own.
CREATE TABLE check_in_keys (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id)
);
CREATE UNIQUE INDEX check_in_keys_key_hash ON check_in_keys (key_hash);

SELECT crontopus_fence('monitors');
SELECT crontopus_fence('monitor_states');
SELECT crontopus_fence('check_in_keys');
