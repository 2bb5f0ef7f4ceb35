-- How late starts were, summed over all monitors of a tenant for each hour of UTC; it is counted with the hours of
-- the monitors and says what they say together.
CREATE TABLE run_lags (
    tenant_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    lags TEXT NOT NULL,
    PRIMARY KEY (tenant_id, hour)
);

-- The few runs that are going on.
CREATE INDEX runs_running ON runs (tenant_id, at, id) WHERE status = 'running';
SELECT crontopus_fence('run_lags');
