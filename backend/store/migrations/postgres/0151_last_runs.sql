-- When a run of the monitor was last heard of, so that jobs are listed by it. It repeats what `state` says.
ALTER TABLE monitor_states ADD COLUMN last_run_at BIGINT;
SELECT set_config('crontopus.tenant', '*', true);
UPDATE monitor_states SET last_run_at = (state::jsonb ->> 'last_run_at')::bigint;
