-- What metrics say of a monitor: a small JSON object beside the state, so that ten thousand of them are read
-- without their states. It is written with the state and repeats it.
ALTER TABLE monitor_states ADD COLUMN figures TEXT NOT NULL DEFAULT '{}';
SELECT set_config('crontopus.tenant', '*', true);
UPDATE monitor_states SET figures = jsonb_build_object('last_success_at', state::jsonb -> 'last_success_at')::text;
