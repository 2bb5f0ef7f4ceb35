-- Every tenant's rows are to be brought up to date.
SELECT set_config('crontopus.tenant', '*', true);
-- Whose state it is, so that how all jobs are is told from one narrow index.
ALTER TABLE monitor_states ADD COLUMN job_id TEXT NOT NULL DEFAULT '';
ALTER TABLE monitor_states ADD COLUMN removed BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE monitor_states SET
    job_id = COALESCE((SELECT m.job_id FROM monitors m
        WHERE m.tenant_id = monitor_states.tenant_id AND m.id = monitor_states.id), ''),
    removed = COALESCE((SELECT m.removed FROM monitors m
        WHERE m.tenant_id = monitor_states.tenant_id AND m.id = monitor_states.id), TRUE);
CREATE INDEX monitor_states_job ON monitor_states (tenant_id, job_id, status, expected_at, removed) WHERE NOT removed;

-- The few jobs in force whose own form says how they are.
CREATE INDEX jobs_odd ON jobs (tenant_id, id) WHERE removed_at IS NULL AND (invalid OR NOT enabled);

-- What a monitor went through, for its timeline and for how long it was well.
CREATE INDEX incidents_monitor ON incidents (tenant_id, monitor_id, opened_at) WHERE monitor_id IS NOT NULL;

-- The last changes from Git.
CREATE INDEX job_revisions_seq ON job_revisions (tenant_id, repository_id, seq);
