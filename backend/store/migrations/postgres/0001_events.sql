-- Puts a tenant's table behind the second fence: whatever a statement says, a transaction sees only the
-- rows of the tenant it was begun for. FORCE, because the tables' owner is who connects.
CREATE FUNCTION crontopus_fence(fenced regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', fenced);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', fenced);
    EXECUTE format(
        'CREATE POLICY tenant ON %s USING (tenant_id = current_setting(''crontopus.tenant'', true)'
        || ' OR current_setting(''crontopus.tenant'', true) = ''*'')', fenced);
END
$$;

-- The number of the last committed batch of events of each tenant.
CREATE TABLE event_heads (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (tenant_id)
);
SELECT crontopus_fence('event_heads');

-- What changed, one row for each commit; `changes` is a JSON array of [kind, id, job].
CREATE TABLE events (
    tenant_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    changes TEXT NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX events_at ON events (at);
SELECT crontopus_fence('events');
