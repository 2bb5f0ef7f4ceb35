//! Runs of the past by the million, made in the database.

use anyhow::Result;

use super::database::Database;

pub(super) const DAY_MS: u64 = 86_400_000;

/// Which runs to make.
pub(super) struct Fill {
    /// How many monitors there are.
    pub(super) jobs: u64,
    /// Runs of each monitor.
    pub(super) each: u64,
    /// The oldest moment, UTC milliseconds.
    pub(super) from: u64,
    /// The newest moment, UTC milliseconds.
    pub(super) until: u64,
}

impl Fill {
    /// Makes the runs.
    pub(super) fn runs(&self, database: &Database) -> Result<()> {
        match database {
            Database::Sqlite(_) => self.fill_sqlite(database),
            Database::Postgres(_) => self.fill_postgres(database),
        }
    }

    /// One text for both databases; ids ascend, as real ones do.
    fn statement(&self) -> String {
        let Self { jobs, each, from, until } = self;
        let every = (until - from) / (*each).max(1);
        format!(
            "INSERT INTO runs (tenant_id, id, at, monitor_id, job_id, status, expected_at, started_at, finished_at,
                duration_ms, exit_status, start_seen, end_seen, ended_well, created_at, signals)
            WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {each} - 1)
            SELECT m.tenant_id, 'run_00000000000000' || substr(CAST(1000000000000 + i * {jobs} + m.k AS TEXT), 2),
                at, m.id, m.job_id, CASE WHEN luck = 0 THEN 'failed' WHEN luck = 1 THEN 'missed' ELSE 'succeeded' END,
                at, CASE WHEN luck = 1 THEN NULL ELSE at END, CASE WHEN luck = 1 THEN NULL ELSE at + took END,
                CASE WHEN luck = 1 THEN NULL ELSE took END, CASE WHEN luck = 0 THEN 3 WHEN luck = 1 THEN NULL ELSE 0 END,
                luck <> 1, luck <> 1, luck > 1, at,
                CASE WHEN luck <> 1 THEN at || CASE WHEN luck = 0 THEN ' fail native;' ELSE ' success native;' END END
            FROM (SELECT i, k, tenant_id, id, job_id, {until} - ({each} - i) * {every} + k * 7919 % {every} AS at,
                    (i * 31 + k) % 200 AS luck, 1000 + (i * 17 + k * 13) % 60000 AS took
                FROM n CROSS JOIN (SELECT tenant_id, id, job_id, ROW_NUMBER() OVER (ORDER BY id) AS k FROM monitors) AS
                    every_monitor) AS m"
        )
    }

    /// Makes what was counted of the last day, as the service counts it.
    pub(super) fn slots(&self, database: &Database) -> Result<()> {
        let from = self.until - DAY_MS;
        let sql = format!(
            "INSERT INTO run_slots (tenant_id, slot, succeeded, failed, timed_out, missed, skipped, unknown)
            SELECT tenant_id, at / 1800000 * 1800000, COUNT(CASE WHEN status = 'succeeded' THEN 1 END),
                COUNT(CASE WHEN status = 'failed' THEN 1 END), 0, COUNT(CASE WHEN status = 'missed' THEN 1 END), 0, 0
            FROM runs WHERE at >= {from} GROUP BY tenant_id, at / 1800000 * 1800000"
        );
        database.say(&sql).map(drop)
    }

    /// Without indexes while it is filled: they are built at the end, as fast as sorting goes.
    fn fill_sqlite(&self, database: &Database) -> Result<()> {
        let wanted = "tbl_name = 'runs' AND type = 'index' AND sql IS NOT NULL";
        let indexes = database
            .say(&format!("SELECT replace(sql, char(10), ' ') || ';' FROM sqlite_schema WHERE {wanted}"))?;
        let drops = database
            .say(&format!("SELECT 'DROP INDEX ' || name || ';' FROM sqlite_schema WHERE {wanted}"))?;
        let settings = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;";
        let runs = self.statement();
        database.say(&format!("{settings} {drops} {runs}; {indexes} PRAGMA journal_mode = WAL;")).map(drop)
    }

    fn fill_postgres(&self, database: &Database) -> Result<()> {
        self.make_months(database)?;
        let wanted = "pg_indexes WHERE tablename = 'runs' AND indexname <> 'runs_pkey'";
        let indexes =
            database.say(&format!("SELECT replace(indexdef, ' ON ONLY ', ' ON ') || ';' FROM {wanted}"))?;
        let drops = database.say(&format!("SELECT 'DROP INDEX ' || indexname || ';' FROM {wanted}"))?;
        database.say(&drops)?;
        database.say(&self.statement())?;
        database.say(&format!("SET maintenance_work_mem = '512MB'; {indexes}"))?;
        database.say("VACUUM ANALYZE").map(drop)
    }

    /// Months are made ahead of time; those of the past are made here, as they would have been.
    fn make_months(&self, database: &Database) -> Result<()> {
        for back in 0..=((self.until - self.from) / DAY_MS / 28 + 1) {
            let at = (self.until - back * 28 * DAY_MS) / 1_000;
            database.say(&format!(
                "SELECT crontopus_month('runs', to_char(first, '\"y\"YYYY\"m\"MM'),
                    (extract(epoch FROM first) * 1000)::bigint,
                    (extract(epoch FROM first + interval '1 month') * 1000)::bigint)
                FROM (SELECT date_trunc('month', to_timestamp({at}) AT TIME ZONE 'UTC') AS first) AS month"
            ))?;
        }
        Ok(())
    }
}
