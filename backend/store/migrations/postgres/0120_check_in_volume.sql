-- Check-ins of each minute (minutes since 1970), as each process counted them: how many came in each lane (JSON).
-- Also a minute in which nothing came has its row, as long as the process listened.
CREATE TABLE check_in_minutes (
    minute BIGINT NOT NULL,
    node TEXT NOT NULL,
    lanes TEXT NOT NULL,
    PRIMARY KEY (minute, node)
);

-- What the watch over the volume of check-ins knows (JSON) after the minute it read last; one row.
CREATE TABLE volume_guard (
    id BIGINT NOT NULL,
    minute BIGINT NOT NULL,
    guard TEXT NOT NULL,
    PRIMARY KEY (id)
);

-- Why silence says nothing: the service was away, or the volume had fallen.
ALTER TABLE service_outages ADD COLUMN cause TEXT NOT NULL DEFAULT 'away';
