-- What is counted of the runs of one monitor in one hour of UTC. `marks` grows with every change of such a run,
-- in the transaction of the change; `counted` is what `marks` was when `tally` (JSON) was counted from the runs.
-- `due_at` is when to count again; absent when there is nothing to count.
CREATE TABLE run_hours (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    marks BIGINT NOT NULL,
    counted BIGINT NOT NULL,
    due_at BIGINT,
    runs BIGINT NOT NULL,
    tally TEXT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id, hour)
);
CREATE INDEX run_hours_due_at ON run_hours (due_at) WHERE due_at IS NOT NULL;
SELECT crontopus_fence('run_hours');

-- The sum of a monitor's hours of one day of UTC; stays when the runs are forgotten.
CREATE TABLE run_days (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    day BIGINT NOT NULL,
    tally TEXT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id, day)
);
SELECT crontopus_fence('run_days');

-- The sum over all monitors of a tenant, for each half hour.
CREATE TABLE run_slots (
    tenant_id TEXT NOT NULL,
    slot BIGINT NOT NULL,
    succeeded BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    timed_out BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, slot)
);
SELECT crontopus_fence('run_slots');

-- Before this, runs may have been forgotten: what was counted there is not counted again.
CREATE TABLE run_floors (
    tenant_id TEXT NOT NULL,
    floor BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);
SELECT crontopus_fence('run_floors');

-- Runs from before there were statistics are counted once.
SELECT set_config('crontopus.tenant', '*', true);
INSERT INTO run_hours (tenant_id, monitor_id, hour, marks, counted, due_at, runs, tally)
    SELECT DISTINCT r.tenant_id, r.monitor_id, r.at / 3600000 * 3600000, 1, 0, CAST(0 AS BIGINT), 0, ''
    FROM runs r WHERE r.at >= 0;
