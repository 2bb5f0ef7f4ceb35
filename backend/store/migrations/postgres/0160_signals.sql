-- Accepted signals of a run, in the order in which they came: `1764547200000 success native;` each, when (UTC
-- milliseconds), what, and through which door. Only what changes no run is in `check_ins` from now on.
ALTER TABLE runs ADD COLUMN signals TEXT;

-- How many signals were ever accepted.
ALTER TABLE monitor_states ADD COLUMN heard BIGINT NOT NULL DEFAULT 0;
SELECT set_config('crontopus.tenant', '*', true);
UPDATE monitor_states SET heard = (SELECT COUNT(*) FROM check_ins c
    WHERE c.tenant_id = monitor_states.tenant_id AND c.monitor_id = monitor_states.id);
