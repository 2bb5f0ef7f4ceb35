-- What metrics say of a monitor: a small JSON object beside the state, so that ten thousand of them are read
-- without their states. It is written with the state and repeats it.
ALTER TABLE monitor_states ADD COLUMN figures TEXT NOT NULL DEFAULT '{}';
UPDATE monitor_states SET figures = json_object('last_success_at', json_extract(state, '$.last_success_at'));
