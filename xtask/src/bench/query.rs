//! `bench query`: what people and the console ask most, over many jobs and runs, on both databases.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::database::{Database, now};
use super::fill::{DAY_MS, Fill};
use super::report::{Report, Row, millis, quantile};
use super::service;
use crate::api::Api;
use crate::postgres::{Durability, Postgres};
use crate::progress::step;
use crate::tenant::Tenant;

const JOBS: u64 = 10_000;
/// Questions of each kind.
const ASKED: usize = 500;
const TARGET: Duration = Duration::from_millis(30);
/// How far back the runs reach.
const DAYS: u64 = 89;

/// Builds what is shipped and measures it on both databases with that many runs.
pub(super) fn run(root: &Path, runs: u64) -> Result<Report> {
    let release = service::build(root, "release", &["crontopus-server", "crontopus-load"])?;
    let dir = service::scratch(root)?;
    let bench = Bench { release, dir: dir.path().to_path_buf(), runs };
    let mut report = Report::new("query");
    bench.measure(&Database::sqlite(&bench.dir), &mut report)?;
    let postgres = Postgres::start(Durability::Full)?;
    bench.measure(&Database::postgres(&postgres), &mut report)?;
    Ok(report)
}

struct Bench {
    release: PathBuf,
    dir: PathBuf,
    runs: u64,
}

impl Bench {
    fn measure(&self, of: &Database, report: &mut Report) -> Result<()> {
        let (database, arguments) = (of.name(), &of.arguments());
        let (server, mut tenant) = service::start(&self.release, &self.dir, database, arguments)?;
        step(format!("{database}: {JOBS} jobs"));
        self.push_jobs(&tenant, database)?;
        drop(server);
        step(format!("{database}: {} runs over {DAYS} days", self.runs));
        let until = now().as_millis() as u64;
        let fill = Fill { jobs: JOBS, each: self.runs / JOBS, from: until - DAYS * DAY_MS, until };
        fill.runs(of)?;
        fill.slots(of)?;
        let server = service::start_again(&self.release, &self.dir, database, arguments)?;
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
