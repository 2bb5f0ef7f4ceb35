//! `bench ingest`: durable check-ins over HTTP, answered after the commit, beside a handler that only answers.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::load::Load;
use super::report::{Report, Row};
use super::{service, usage};
use crate::postgres::{Durability, Postgres};
use crate::progress::step;
use crate::tenant::Tenant;

/// Jobs that report; enough that no two connections wait for the same one.
const JOBS: usize = 2_000;
const SECONDS: &str = "10";
/// Check-ins a second that p99 is stated for.
const OFFERED: &str = "10000";

/// Builds what is shipped and measures it on both databases.
pub(super) fn run(root: &Path) -> Result<Report> {
    let release = service::build(root, "release", &["crontopus-server", "crontopus-load"])?;
    let dir = service::scratch(root)?;
    let load = Load::new(release.join("crontopus-load"));
    let bench = Bench { load, release, dir: dir.path().to_path_buf() };
    let mut report = Report::new("ingest");
    report.add(flushes(&bench.dir)?);
    bench.measure("SQLite", &[], 0.40, &mut report)?;
    let postgres = Postgres::start(Durability::Full)?;
    bench.measure("PostgreSQL", &["--database".to_owned(), postgres.url()], 0.30, &mut report)?;
    Ok(report)
}

struct Bench {
    load: Load,
    /// Where the built programs are.
    release: PathBuf,
    dir: PathBuf,
}

impl Bench {
    fn measure(&self, database: &str, arguments: &[String], share: f64, report: &mut Report) -> Result<()> {
        let (server, tenant) = service::start(&self.release, &self.dir, database, arguments)?;
        self.push_jobs(&tenant, database)?;
        let bodies = self.bodies(&tenant)?;
        let authorization = format!("Authorization: Bearer {}", tenant.account.token);
        let address = server.address();
        let drive = |address: &str, arguments: &[&str]| {
            let mut all = vec!["--header", authorization.as_str(), "--seconds", SECONDS];
            all.extend(arguments);
            self.load.drive(address, "/api/v1/check-ins", &bodies, &all)
        };

        step(format!("{database}: as many check-ins as 256 connections bring, {SECONDS} s"));
        drive(&address, &["--requests", "20000"])?;
        let before = usage::processor_time(server.process_id())?;
        let full = drive(&address, &[])?.all_well(database)?;
        let spent = usage::processor_time(server.process_id())? - before;
        step(format!("{database}: {OFFERED} check-ins a second offered, {SECONDS} s"));
        let offered = drive(&address, &["--rate", OFFERED])?;
        let resident = usage::peak_resident_kib(server.process_id()).unwrap_or(0);
        drop(server);
        step("the bare handler with the same requests");
        let bare_server = self.load.bare()?;
        let bare = drive(&bare_server.address, &[])?.all_well("the bare handler")?;

        let ratio = full.per_second() / bare.per_second();
        report.add(Row {
            figure: format!("{database}: check-ins a second"),
            measured: format!("{:.0}", full.per_second()),
            target: Some((format!("≥ {:.0} % of the bare handler", share * 100.0), ratio >= share)),
            against: Some((format!("bare axum handler {:.0}/s", bare.per_second()), ratio)),
        });
        report.add(Row {
            figure: format!("{database}: answer then, median / p99"),
            measured: format!("{:.1} / {:.1} ms", full.p50_us as f64 / 1e3, full.p99_us as f64 / 1e3),
            target: None,
            against: None,
        });
        let each = spent.as_secs_f64() * 1e6 / full.requests as f64;
        report.add(Row {
            figure: format!("{database}: processor time of the server for one"),
            measured: format!("{each:.0} µs"),
            target: Some(("< 60 µs".to_owned(), each < 60.0)),
            against: None,
        });
        let p99 = offered.p99_us as f64 / 1e3;
        let kept_up = offered.all_well(&format!("{database} at {OFFERED}/s")).is_ok();
        report.add(Row {
            figure: format!("{database}: p99 answer at {OFFERED}/s offered"),
            measured: format!("{p99:.1} ms"),
            target: Some(("< 50 ms".to_owned(), p99 < 50.0 && kept_up)),
            against: None,
        });
        report.add(Row {
            figure: format!("{database}: resident memory of the server, peak"),
            measured: format!("{:.0} MB", resident as f64 / 1024.0),
            target: None,
            against: None,
        });
        Ok(())
    }

    /// Jobs that something else schedules, so that only their check-ins are looked at.
    fn push_jobs(&self, tenant: &Tenant, database: &str) -> Result<()> {
        let clone = self.dir.join(format!("{database}-clone"));
        fs::create_dir_all(clone.join("bench"))?;
        for number in 0..JOBS {
            let job = format!(
                "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: job-{number}}}\nspec: {{every: 1h}}\n"
            );
            fs::write(clone.join(format!("bench/job-{number}.yaml")), job)?;
        }
        tenant.push(&clone, "Jobs")
    }

    /// One body for each job, after making sure that the server takes them.
    fn bodies(&self, tenant: &Tenant) -> Result<PathBuf> {
        let body = |number: usize| json!({ "monitor": format!("bench/job-{number}"), "kind": "success" });
        let answer = tenant.api().create("/api/v1/check-ins", &body(0))?;
        let accepted = answer.pointer("/items/0/accepted").and_then(Value::as_bool);
        ensure!(accepted == Some(true), "the server does not take the check-ins: {answer}");
        let path = self.dir.join("bodies.jsonl");
        let lines: String = (0..JOBS).map(|number| format!("{}\n", body(number))).collect();
        fs::write(&path, lines)?;
        Ok(path)
    }
}

/// How often a second this disk flushes 8 KiB: what one commit for each check-in would come to.
fn flushes(dir: &Path) -> Result<Row> {
    step("the disk: flushes of 8 KiB");
    let mut file = fs::File::create(dir.join("flushes"))?;
    let page = [7; 8 * 1024];
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(2) {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&page)?;
        file.sync_data().context("the disk cannot flush")?;
        count += 1;
    }
    Ok(Row {
        figure: "disk: fdatasync of 8 KiB a second".to_owned(),
        measured: format!("{:.0}", f64::from(count) / start.elapsed().as_secs_f64()),
        target: None,
        against: None,
    })
}
