-- Check-ins that were not taken, so that somebody can find out why.
CREATE TABLE rejected_check_ins (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    dialect TEXT NOT NULL,
    target TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX rejected_check_ins_at ON rejected_check_ins (at);
