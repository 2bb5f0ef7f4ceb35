-- Signs of life of each process of the service.
CREATE TABLE service_heartbeats (
    node TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    PRIMARY KEY (node)
);

-- Times in which no process could take check-ins; what closed in them is unknown.
CREATE TABLE service_outages (
    from_at BIGINT NOT NULL,
    to_at BIGINT NOT NULL,
    PRIMARY KEY (from_at)
);

