//! `bench query`: what people and the console ask most, over many jobs and runs, on both databases.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::report::{Report, Row, millis, quantile};
use super::service;
use crate::api::Api;
use crate::postgres::{Durability, Postgres};
use crate::process;
use crate::progress::step;
use crate::server::Server;
use crate::tenant::Tenant;

const JOBS: u64 = 10_000;
/// Questions of each kind.
const ASKED: usize = 500;
const TARGET: Duration = Duration::from_millis(30);
const DAY_MS: u64 = 86_400_000;
/// How far back the runs reach.
const DAYS: u64 = 89;

/// Builds what is shipped and measures it on both databases with that many runs.
pub(super) fn run(root: &Path, runs: u64) -> Result<Report> {
    let release = service::build(root, "release", &["crontopus-server"])?;
    let dir = service::scratch(root)?;
    let bench = Bench { release, dir: dir.path().to_path_buf(), runs };
    let mut report = Report::new("query");
    let file = bench.dir.join("SQLite/crontopus.db");
    bench.measure("SQLite", &[], |fill| fill_sqlite(&file, fill), &mut report)?;
    let postgres = Postgres::start(Durability::Full)?;
    let url = postgres.url();
    let arguments = ["--database".to_owned(), url.clone()];
    bench.measure("PostgreSQL", &arguments, |fill| fill_postgres(&url, fill), &mut report)?;
    Ok(report)
}

struct Bench {
    release: PathBuf,
    dir: PathBuf,
    runs: u64,
}

/// Which runs to make.
struct Fill {
    /// Of each monitor.
    each: u64,
    /// The newest moment, UTC milliseconds.
    now: u64,
}

impl Bench {
    fn measure(
        &self,
        database: &str,
        arguments: &[String],
        fill: impl FnOnce(&Fill) -> Result<()>,
        report: &mut Report,
    ) -> Result<()> {
        let (server, mut tenant) = service::start(&self.release, &self.dir, database, arguments)?;
        step(format!("{database}: {JOBS} jobs"));
        self.push_jobs(&tenant, database)?;
        drop(server);
        step(format!("{database}: {} runs over {DAYS} days", self.runs));
        #[expect(clippy::disallowed_methods, reason = "runs are filled in up to now")]
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis() as u64;
        fill(&Fill { each: self.runs / JOBS, now })?;
        let server = self.start_again(database, arguments)?;
        tenant.url = server.url();
        let api = tenant.api();
        let pages = job_pages(&api)?;
        let job = |n: usize| format!("bench%2Fjob-{}", (n * 7_919) as u64 % JOBS);
        let questions: [(&str, &dyn Fn(usize) -> String); 6] = [
            ("run list, newest 50", &|_| "/api/v1/runs?limit=50".to_owned()),
            ("run list, newest 50 failed", &|_| "/api/v1/runs?limit=50&status=failed".to_owned()),
            ("run list of one job", &|n| format!("/api/v1/runs?limit=50&job={}", job(n))),
            ("job list, any page of 50", &|n| format!("/api/v1/jobs?limit=50{}", pages[n % pages.len()])),
            ("job list, any page of 50, with strips and counts", &|n| {
                format!("/api/v1/jobs?limit=50&include=recent,counts{}", pages[n % pages.len()])
            }),
            ("overview", &|_| "/api/v1/overview".to_owned()),
        ];
        for (what, question) in questions {
            let (mut samples, bytes) = ask(&api, question)?;
            let (p50, p99) = (quantile(&mut samples, 0.5), quantile(&mut samples, 0.99));
            report.add(Row {
                figure: format!("{database}, {JOBS} jobs, {} runs: {what}, p99 (median)", self.runs),
                measured: format!("{} ({}), {:.1} kB", millis(p99), millis(p50), bytes as f64 / 1e3),
                target: Some((format!("< {} ms", TARGET.as_millis()), p99 < TARGET)),
                against: None,
            });
        }
        Ok(())
    }

    fn push_jobs(&self, tenant: &Tenant, database: &str) -> Result<()> {
        let clone = self.dir.join(format!("{database}-clone"));
        fs::create_dir_all(clone.join("bench"))?;
        for number in 0..JOBS {
            let (minute, hour) = (number % 60, number / 60 % 24);
            let job = format!(
                "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{number}}}\nspec:\n  \
                 schedule: \"{minute} {hour} * * *\"\n  timezone: UTC\n"
            );
            fs::write(clone.join(format!("bench/job-{number}.yaml")), job)?;
        }
        tenant.push(&clone, "Jobs")
    }

    fn start_again(&self, database: &str, arguments: &[String]) -> Result<Server> {
        Server::start(&crate::server::Start {
            program: &self.release.join("crontopus-server"),
            data: &self.dir.join(database),
            log: &self.dir.join(format!("{database}.log")),
            port: service::PORT,
            arguments,
        })
    }
}

/// The cursor of every page of the job list, as a parameter.
fn job_pages(api: &Api) -> Result<Vec<String>> {
    let mut pages = vec![String::new()];
    loop {
        let last = pages.last().map_or("", String::as_str);
        let page: Value = serde_json::from_str(&api.read(&format!("/api/v1/jobs?limit=50{last}"))?)?;
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(cursor) => pages.push(format!("&cursor={cursor}")),
            None => return Ok(pages),
        }
    }
}

/// How long each answer took, after a few that warm the caches, and how long the last one was.
fn ask(api: &Api, question: &dyn Fn(usize) -> String) -> Result<(Vec<Duration>, usize)> {
    for n in 0..20 {
        api.read(&question(n))?;
    }
    let (mut samples, mut bytes) = (Vec::with_capacity(ASKED), 0);
    for n in 0..ASKED {
        let start = Instant::now();
        bytes = api.read(&question(n + 20))?.len();
        samples.push(start.elapsed());
    }
    Ok((samples, bytes))
}

impl Fill {
    /// One text for both databases; ids ascend, as real ones do.
    fn statement(&self) -> String {
        let Self { each, now } = self;
        let every = DAYS * DAY_MS / (*each).max(1);
        format!(
            "INSERT INTO runs (tenant_id, id, at, monitor_id, job_id, status, expected_at, started_at, finished_at,
                duration_ms, exit_status, start_seen, end_seen, ended_well, created_at)
            WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {each} - 1)
            SELECT m.tenant_id, 'run_00000000000000' || substr(CAST(1000000000000 + i * {JOBS} + m.k AS TEXT), 2),
                at, m.id, m.job_id, CASE WHEN luck = 0 THEN 'failed' WHEN luck = 1 THEN 'missed' ELSE 'succeeded' END,
                at, CASE WHEN luck = 1 THEN NULL ELSE at END, CASE WHEN luck = 1 THEN NULL ELSE at + took END,
                CASE WHEN luck = 1 THEN NULL ELSE took END, CASE WHEN luck = 0 THEN 3 WHEN luck = 1 THEN NULL ELSE 0 END,
                luck <> 1, luck <> 1, luck > 1, at
            FROM (SELECT i, k, tenant_id, id, job_id, {now} - ({each} - i) * {every} + k * 7919 % {every} AS at,
                    (i * 31 + k) % 200 AS luck, 1000 + (i * 17 + k * 13) % 60000 AS took
                FROM n CROSS JOIN (SELECT tenant_id, id, job_id, ROW_NUMBER() OVER (ORDER BY id) AS k FROM monitors) AS
                    every_monitor) AS m"
        )
    }

    /// What was counted of the last day, as the service counts it.
    fn slots(&self) -> String {
        let from = self.now - DAY_MS;
        format!(
            "INSERT INTO run_slots (tenant_id, slot, succeeded, failed, timed_out, missed, skipped, unknown)
            SELECT tenant_id, at / 1800000 * 1800000, COUNT(CASE WHEN status = 'succeeded' THEN 1 END),
                COUNT(CASE WHEN status = 'failed' THEN 1 END), 0, COUNT(CASE WHEN status = 'missed' THEN 1 END), 0, 0
            FROM runs WHERE at >= {from} GROUP BY tenant_id, at / 1800000 * 1800000"
        )
    }
}

/// Without indexes while it is filled: they are built at the end, as fast as sorting goes.
fn fill_sqlite(file: &Path, fill: &Fill) -> Result<()> {
    let sqlite = process::find("sqlite3").context("there is no sqlite3; install sqlite3")?;
    let run = |sql: &str| process::read(process::command(&sqlite).arg(file).arg(sql));
    let wanted = "tbl_name = 'runs' AND type = 'index' AND sql IS NOT NULL";
    let indexes =
        run(&format!("SELECT replace(sql, char(10), ' ') || ';' FROM sqlite_schema WHERE {wanted}"))?;
    let drops = run(&format!("SELECT 'DROP INDEX ' || name || ';' FROM sqlite_schema WHERE {wanted}"))?;
    let settings = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000;";
    run(&format!(
        "{settings} {drops} {}; {indexes} {}; PRAGMA journal_mode = WAL;",
        fill.statement(),
        fill.slots()
    ))?;
    Ok(())
}

fn fill_postgres(url: &str, fill: &Fill) -> Result<()> {
    let psql = process::find("psql").context("there is no psql; install postgresql-client")?;
    let run = |sql: &str| {
        let mut psql = process::command(&psql);
        process::read(
            psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"])
                .args(["--command", sql])
                .arg(url),
        )
    };
    // Months are made ahead of time; those of the past are made here, as they would have been.
    for back in 0..=(DAYS / 28) {
        let at = (fill.now - back * 28 * DAY_MS) / 1_000;
        run(&format!(
            "SELECT crontopus_month('runs', to_char(first, '\"y\"YYYY\"m\"MM'), (extract(epoch FROM first) * 1000)::bigint,
                (extract(epoch FROM first + interval '1 month') * 1000)::bigint)
            FROM (SELECT date_trunc('month', to_timestamp({at}) AT TIME ZONE 'UTC') AS first) AS month"
        ))?;
    }
    let indexes = run("SELECT replace(indexdef, ' ON ONLY ', ' ON ') || ';' FROM pg_indexes
        WHERE tablename = 'runs' AND indexname <> 'runs_pkey'")?;
    run("DROP INDEX runs_at, runs_monitor, runs_job, runs_agent, runs_trouble")?;
    run(&fill.statement())?;
    run(&format!("SET maintenance_work_mem = '512MB'; {indexes}"))?;
    run(&fill.slots())?;
    run("VACUUM ANALYZE").map(drop)
}
