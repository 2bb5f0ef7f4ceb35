//! `bench ingest`: durable check-ins over HTTP, answered after the commit, beside a handler that only answers.

use std::fs;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::load::Load;
use super::report::{Report, Row};
use super::slow_disk::SlowDisk;
use super::{reporting, service, usage};
use crate::postgres::{Durability, Postgres};
use crate::progress::step;

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
    let disk = SlowDisk::build(root)?;
    let full = bench.measure("SQLite", &[], 0.40, &mut report)?;
    report.add(bench.on_slow_disk("SQLite", &[], &disk.environment(), full)?);
    let arguments = |postgres: &Postgres| ["--database".to_owned(), postgres.url()];
    let postgres = Postgres::start(Durability::Full)?;
    let full = bench.measure("PostgreSQL", &arguments(&postgres), 0.30, &mut report)?;
    drop(postgres);
    let postgres = Postgres::start_with(Durability::Full, &disk.environment())?;
    report.add(bench.on_slow_disk("PostgreSQL", &arguments(&postgres), &[], full)?);
    Ok(report)
}

struct Bench {
    load: Load,
    /// Where the built programs are.
    release: PathBuf,
    dir: PathBuf,
}

impl Bench {
    /// Check-ins a second on a disk that needs 4 ms for each flush, beside those without.
    fn on_slow_disk(
        &self,
        database: &str,
        arguments: &[String],
        environment: &[(String, String)],
        without: f64,
    ) -> Result<Row> {
        let name = format!("{database}-slow");
        let server = service::start_with(&self.release, &self.dir, &name, arguments, environment)?;
        let tenant = service::tenant(&server)?;
        reporting::push_jobs(&tenant, &self.dir.join(format!("{name}-clone")), JOBS)?;
        let bodies = reporting::bodies(&tenant, &self.dir, JOBS)?;
        step(format!("{database}: the same on a disk that needs 4 ms for each flush, {SECONDS} s"));
        let authorization = format!("Authorization: Bearer {}", tenant.account.token);
        let drive = |arguments: &[&str]| {
            let all = [&["--header", authorization.as_str(), "--seconds", SECONDS], arguments].concat();
            self.load.drive(&server.address(), "/api/v1/check-ins", &bodies, &all)
        };
        drive(&["--requests", "20000"])?;
        let slow = drive(&[])?.all_well(&name)?;
        let ratio = slow.per_second() / without;
        Ok(Row {
            figure: format!("{database}: check-ins a second on a disk that needs 4 ms for each flush"),
            measured: format!("{:.0}", slow.per_second()),
            target: Some(("within 30 %".to_owned(), ratio >= 0.7)),
            against: Some((format!("this disk {without:.0}/s"), ratio)),
        })
    }

    /// Check-ins a second.
    fn measure(&self, database: &str, arguments: &[String], share: f64, report: &mut Report) -> Result<f64> {
        let (server, tenant) = service::start(&self.release, &self.dir, database, arguments)?;
        reporting::push_jobs(&tenant, &self.dir.join(format!("{database}-clone")), JOBS)?;
        let bodies = reporting::bodies(&tenant, &self.dir, JOBS)?;
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
        Ok(full.per_second())
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
