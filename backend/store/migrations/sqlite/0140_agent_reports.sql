-- What a host said last of its jobs, as JSON: large with many jobs, and so apart from what every request of the host
-- changes.
CREATE TABLE agent_reports (
    tenant_id TEXT NOT NULL,
    agent_id TEXT NOT NULL,
    conditions TEXT NOT NULL,
    plan TEXT,
    PRIMARY KEY (tenant_id, agent_id)
);
INSERT INTO agent_reports (tenant_id, agent_id, conditions, plan)
    SELECT tenant_id, id, conditions, plan FROM agents WHERE conditions <> '[]' OR plan IS NOT NULL;
ALTER TABLE agents DROP COLUMN conditions;
ALTER TABLE agents DROP COLUMN plan;
