//! `bench retention`: answers to check-ins while millions of old runs are forgotten, beside those without. On
//! PostgreSQL whole months are dropped while somebody reads them, as a backup does.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::Signal;

use super::both::{Rig, on_both};
use super::database::{Database, now};
use super::fill::{DAY_MS, Fill};
use super::load::Summary;
use super::report::{Report, Row};
use super::{reporting, service};
use crate::process;
use crate::progress::step;
use crate::tenant::Tenant;

const JOBS: usize = 2_000;
/// Check-ins a second.
const RATE: &str = "1000";
const SECONDS: &str = "30";
/// Days back that the old runs reach, and begin; runs are kept for 90.
const OLD_DAYS: (u64, u64) = (150, 95);
/// Somebody reads the old months for so many seconds while they are to be dropped.
const READING: &str = "5";

/// Builds what is shipped and measures it on both databases with that many old runs.
pub(super) fn run(root: &Path, runs: u64) -> Result<Report> {
    on_both(root, "retention", |rig, database, report| Bench { rig, runs }.measure(database, report))
}

struct Bench<'r> {
    rig: &'r Rig,
    runs: u64,
}

impl Bench<'_> {
    fn measure(&self, database: &Database, report: &mut Report) -> Result<()> {
        let (name, arguments) = (database.name(), database.arguments());
        let (server, tenant) = service::start(&self.rig.release, &self.rig.dir, name, &arguments)?;
        reporting::push_jobs(&tenant, &self.rig.dir.join(format!("{name}-clone")), JOBS)?;
        let bodies = reporting::bodies(&tenant, &self.rig.dir, JOBS)?;
        let drive = |address: &str, seconds: &str| self.drive(address, &tenant, &bodies, seconds);
        step(format!("{name}: {RATE} check-ins a second, nothing to forget, {SECONDS} s"));
        drive(&server.address(), "5")?;
        let without = drive(&server.address(), SECONDS)?.all_well(name)?;
        drop(server);

        step(format!("{name}: {} old runs", self.runs));
        let today = now().as_millis() as u64;
        let (from, until) = (today - OLD_DAYS.0 * DAY_MS, today - OLD_DAYS.1 * DAY_MS);
        let fill = Fill { jobs: JOBS as u64, each: self.runs / JOBS as u64, from, until };
        fill.runs(database)?;
        database.say("ANALYZE")?;
        let old = || database.count(&format!("SELECT count(*) FROM runs WHERE at <= {until}"));
        let before = old()?;
        let reader = Reader::start(database, until)?;
        let server = service::start_again(&self.rig.release, &self.rig.dir, name, &arguments)?;
        step(format!("{name}: {RATE} check-ins a second while they are forgotten, {SECONDS} s"));
        drive(&server.address(), "2")?;
        let with = drive(&server.address(), SECONDS)?.all_well(name)?;
        let after = old()?;
        drop((server, reader));

        for (what, summary) in [("nothing to forget", &without), ("while old rows go", &with)] {
            report.add(Row {
                figure: format!("{name}: answer at {RATE}/s, {what}: median / p99 / slowest"),
                measured: millis(summary),
                target: None,
                against: None,
            });
        }
        let ratio = with.p99_us as f64 / without.p99_us.max(1) as f64;
        report.add(Row {
            figure: format!("{name}: p99 while old rows go"),
            measured: format!("{:.1} ms", with.p99_us as f64 / 1e3),
            target: Some(("< 50 ms".to_owned(), with.p99_us < 50_000)),
            against: Some(("p99 with nothing to forget".to_owned(), ratio)),
        });
        report.add(Row {
            figure: format!("{name}: old runs that went meanwhile"),
            measured: format!("{} of {before}", before - after),
            target: Some(("some".to_owned(), after < before)),
            against: None,
        });
        Ok(())
    }

    fn drive(&self, address: &str, tenant: &Tenant, bodies: &Path, seconds: &str) -> Result<Summary> {
        let authorization = format!("Authorization: Bearer {}", tenant.account.token);
        let arguments = ["--header", &authorization, "--rate", RATE, "--seconds", seconds];
        self.rig.load.drive(address, "/api/v1/check-ins", bodies, &arguments)
    }
}

fn millis(summary: &Summary) -> String {
    let [p50, p99, max] = [summary.p50_us, summary.p99_us, summary.max_us].map(|us| us as f64 / 1e3);
    format!("{p50:.1} / {p99:.1} / {max:.1} ms")
}

/// Somebody who reads the old runs in one long transaction; nobody on SQLite, where no months are dropped.
struct Reader(Option<Child>);

impl Reader {
    fn start(database: &Database, until: u64) -> Result<Self> {
        let Database::Postgres(_) = database else { return Ok(Self(None)) };
        let reading = format!(
            "BEGIN; SELECT count(*) FROM runs WHERE at <= {until}; SELECT pg_sleep({READING}); COMMIT"
        );
        let mut client = database.client();
        client.args(["--command", &reading]).stdin(Stdio::null()).stdout(Stdio::null());
        let child = client.spawn().context("cannot start the database's client")?;
        // It has its locks long before the server is there.
        std::thread::sleep(Duration::from_millis(500));
        Ok(Self(Some(child)))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            process::stop(child, Signal::TERM, Duration::from_secs(5)).ok();
        }
    }
}
