-- What a tenant sent in one day of UTC: accepted check-ins, and the outputs that were kept of runs. It is counted
-- where they are written, so that nobody ever counts the rows themselves.
CREATE TABLE usage_days (
    tenant_id TEXT NOT NULL,
    day BIGINT NOT NULL,
    check_ins BIGINT NOT NULL,
    outputs BIGINT NOT NULL,
    output_bytes BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, day)
);
SELECT crontopus_fence('usage_days');

-- What came before there was this table is counted once.
SELECT set_config('crontopus.tenant', '*', true);
INSERT INTO usage_days (tenant_id, day, check_ins, outputs, output_bytes)
    SELECT tenant_id, at / 86400000 * 86400000, COUNT(*), 0, 0 FROM check_ins
    GROUP BY tenant_id, at / 86400000 * 86400000;
INSERT INTO usage_days (tenant_id, day, check_ins, outputs, output_bytes)
    SELECT tenant_id, at / 86400000 * 86400000, 0, COUNT(*), SUM(LENGTH(head) + LENGTH(tail)) FROM run_outputs
    WHERE true GROUP BY tenant_id, at / 86400000 * 86400000
    ON CONFLICT (tenant_id, day) DO UPDATE SET outputs = excluded.outputs, output_bytes = excluded.output_bytes;
