-- What checked in without being declared in Git. `namespace` is empty when the sender named none; `proposal`
-- is JSON: what the sender says is to be expected.
CREATE TABLE discovered (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    slug TEXT NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    dialect TEXT NOT NULL,
    proposal TEXT NOT NULL,
    first_seen_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    check_ins BIGINT NOT NULL,
    ignored_at BIGINT,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX discovered_slug ON discovered (tenant_id, slug);
CREATE INDEX discovered_last_seen_at ON discovered (last_seen_at);
