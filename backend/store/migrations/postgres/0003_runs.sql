-- Executions, expected or seen. `at` is the place in lists and never changes; it divides the table by month
-- on PostgreSQL.
CREATE TABLE runs (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    monitor_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    agent_id TEXT,
    status TEXT NOT NULL,
    reason TEXT,
    expected_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    duration_ms BIGINT,
    exit_status BIGINT,
    signal BIGINT,
    external_id TEXT,
    host TEXT,
    environment TEXT,
    skew_ms BIGINT,
    attempts TEXT,
    output_bytes BIGINT,
    user_ms BIGINT,
    system_ms BIGINT,
    max_rss_kib BIGINT,
    metrics TEXT,
    start_seen BOOLEAN NOT NULL,
    end_seen BOOLEAN NOT NULL,
    ended_well BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, id, at)
) PARTITION BY RANGE (at);
CREATE INDEX runs_at ON runs (tenant_id, at, id);
CREATE INDEX runs_monitor ON runs (tenant_id, monitor_id, at, id);
CREATE INDEX runs_job ON runs (tenant_id, job_id, at, id);
CREATE INDEX runs_agent ON runs (tenant_id, agent_id, at, id) WHERE agent_id IS NOT NULL;
-- What somebody looks for among many good runs.
CREATE INDEX runs_trouble ON runs (tenant_id, status, at, id)
    WHERE status IN ('failed', 'timed_out', 'missed', 'skipped', 'unknown');

-- What was kept of a run's output; each part is zstd-compressed when `zstd` says so.
CREATE TABLE run_outputs (
    tenant_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    head BYTEA NOT NULL,
    tail BYTEA NOT NULL,
    total_bytes BIGINT NOT NULL,
    dropped_bytes BIGINT NOT NULL,
    zstd BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, run_id)
);
CREATE INDEX run_outputs_at ON run_outputs (at);

-- Every accepted signal.
CREATE TABLE check_ins (
    tenant_id TEXT NOT NULL,
    monitor_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    id TEXT NOT NULL,
    run_id TEXT,
    kind TEXT NOT NULL,
    door TEXT NOT NULL,
    PRIMARY KEY (tenant_id, monitor_id, at, id)
) PARTITION BY RANGE (at);

-- Rows outside of every month; months are made ahead of time (see crontopus_month).
CREATE TABLE runs_other PARTITION OF runs DEFAULT;
CREATE TABLE check_ins_other PARTITION OF check_ins DEFAULT;

-- Makes the partition `parent_suffix` of `parent` for rows from `low` to before `high`, unless it is there.
-- Rows that came before it did are moved over.
CREATE FUNCTION crontopus_month(parent TEXT, suffix TEXT, low BIGINT, high BIGINT) RETURNS BOOLEAN
LANGUAGE plpgsql AS $$
DECLARE
    child TEXT := parent || '_' || suffix;
BEGIN
    IF to_regclass(child) IS NOT NULL THEN
        RETURN FALSE;
    END IF;
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent);
    IF to_regclass(child) IS NOT NULL THEN
        RETURN FALSE;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE at >= %s AND at < %s RETURNING *)'
        || ' INSERT INTO %I SELECT * FROM moved', parent || '_other', low, high, child);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', parent, child, low, high);
    RETURN TRUE;
END
$$;

SELECT crontopus_fence('runs');
SELECT crontopus_fence('run_outputs');
SELECT crontopus_fence('check_ins');
