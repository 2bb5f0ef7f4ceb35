-- The last start of a monitor that was found late and told, so that it is told once.
CREATE TABLE late_tellings (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    expected_at BIGINT NOT NULL,
    told_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id)
);

SELECT crontopus_fence('late_tellings');
