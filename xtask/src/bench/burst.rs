//! `bench ingest-burst`: hundreds of thousands of monitors that are due at the same moment and all report within one
//! minute after it, as hosts do on the hour.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::both::{Rig, on_both};
use super::database::{Database, now};
use super::report::{Report, Row};
use super::{service, usage};
use crate::progress::step;

/// The moment comes so long after the monitors begin to be made; making them takes most of it.
const AHEAD: Duration = Duration::from_secs(180);
const MINUTE: f64 = 60.0;
/// The last answer may come so long after the minute.
const BACKLOG: f64 = 10.0;
const MOST_MEMORY_MB: f64 = 300.0;

/// Builds what is shipped and measures it on both databases with that many monitors.
pub(super) fn run(root: &Path, monitors: u32) -> Result<Report> {
    on_both(root, "ingest-burst", |rig, database, report| Bench { rig, monitors }.measure(database, report))
}

struct Bench<'r> {
    rig: &'r Rig,
    monitors: u32,
}

impl Bench<'_> {
    fn measure(&self, database: &Database, report: &mut Report) -> Result<()> {
        let (name, arguments) = (database.name(), database.arguments());
        let due = (now() + AHEAD).as_secs() / 60 * 60 + 60;
        let (server, tenant) = service::start(&self.rig.release, &self.rig.dir, name, &arguments)?;
        let clone = self.rig.dir.join(format!("{name}-clone"));
        fs::create_dir_all(clone.join("bench"))?;
        fs::write(clone.join("bench/burst.yaml"), job(due))?;
        tenant.push(&clone, "A job")?;
        database.wait_for_armed(1)?;
        drop(server);
        step(format!("{name}: {} monitors that are due in the same second", self.monitors));
        database.copy_monitor("burst", self.monitors - 1)?;
        database.say("ANALYZE")?;
        let server = service::start_again(&self.rig.release, &self.rig.dir, name, &arguments)?;
        let bodies = self.bodies()?;
        let rest = Duration::from_secs(due).checked_sub(now());
        std::thread::sleep(rest.with_context(|| {
            format!(
                "{name}: making the monitors took longer than {} s; the disk is too slow",
                AHEAD.as_secs()
            )
        })?);
        step(format!("{name}: the minute"));
        let authorization = format!("Authorization: Bearer {}", tenant.account.token);
        let (all, rate) = (self.monitors.to_string(), (f64::from(self.monitors) / MINUTE).to_string());
        let before = usage::processor_time(server.process_id())?;
        let burst = self.rig.load.drive(
            &server.address(),
            "/api/v1/check-ins",
            &bodies,
            &["--header", &authorization, "--rate", &rate, "--requests", &all, "--seconds", "600"],
        )?;
        let spent = usage::processor_time(server.process_id())? - before;
        let resident = usage::peak_resident_kib(server.process_id()).unwrap_or(0) as f64 / 1024.0;
        drop(server);
        let stored = database.count("SELECT count(*) FROM runs WHERE status = 'succeeded'")?;
        let lost = u64::from(self.monitors) - burst.refused() - stored;
        let late = (burst.seconds - MINUTE).max(0.0);
        let mut add = |figure: &str, measured: String, target: Option<(String, bool)>| {
            report.add(Row { figure: format!("{name}: {figure}"), measured, target, against: None });
        };
        add(
            &format!("check-ins of {} monitors, refused", self.monitors),
            burst.refused().to_string(),
            zero(burst.refused()),
        );
        add("answered and not stored", lost.to_string(), zero(lost));
        let incidents = database.count("SELECT count(*) FROM incidents")?;
        add("incidents, of which none is true", incidents.to_string(), zero(incidents));
        add(
            "last answer after the minute",
            format!("{late:.1} s"),
            Some((format!("≤ {BACKLOG} s"), late <= BACKLOG)),
        );
        let millis = |us: u64| us as f64 / 1e3;
        let [p50, p99, max] = [burst.p50_us, burst.p99_us, burst.max_us].map(millis);
        add("answer, median / p99 / slowest", format!("{p50:.1} / {p99:.1} / {max:.1} ms"), None);
        let each = spent.as_secs_f64() * 1e6 / f64::from(self.monitors);
        add("processor time of the server for one", format!("{each:.0} µs"), None);
        let target = (format!("< {MOST_MEMORY_MB} MB"), resident < MOST_MEMORY_MB);
        add("resident memory of the server, peak", format!("{resident:.0} MB"), Some(target));
        Ok(())
    }

    /// One check-in of each monitor, by its job's name.
    fn bodies(&self) -> Result<PathBuf> {
        let path = self.rig.dir.join("bodies.jsonl");
        let mut file = BufWriter::new(fs::File::create(&path)?);
        writeln!(file, r#"{{"monitor":"bench/burst","kind":"success"}}"#)?;
        for number in 1..self.monitors {
            writeln!(file, r#"{{"monitor":"bench/burst-{number}","kind":"success"}}"#)?;
        }
        file.flush()?;
        Ok(path)
    }
}

fn zero(count: u64) -> Option<(String, bool)> {
    Some(("0".to_owned(), count == 0))
}

/// A job that is due each hour at the minute of that moment (seconds since 1970).
fn job(at: u64) -> String {
    format!(
        "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: burst}}\nspec:\n  schedule: \"{} * * * *\"\n  \
         timezone: UTC\n  startWindow: {{early: 1m, late: 10m}}\n",
        at / 60 % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_due_each_hour_at_the_minute() {
        assert!(job(1_700_000_040).contains("schedule: \"14 * * * *\""));
    }
}
