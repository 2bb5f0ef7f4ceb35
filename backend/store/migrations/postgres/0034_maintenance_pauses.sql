-- Monitors that a maintenance has paused: they are resumed when it is over, or no longer for them.
CREATE TABLE maintenance_pauses (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id)
);

SELECT crontopus_fence('maintenance_pauses');
