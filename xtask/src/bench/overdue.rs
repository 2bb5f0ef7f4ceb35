//! `bench overdue`: a million armed monitors, a hundred thousand of them due in the same second.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;

use super::database::{self, Database, now};
use super::report::{Report, Row};
use super::{service, usage};
use crate::postgres::{Durability, Postgres};
use crate::process;
use crate::progress::{step, warn};

/// Monitors that are due far in the future.
const ARMED: u32 = 900_000;
/// Monitors that are due at the same moment.
const DUE: u32 = 100_000;
/// The moment comes so long after the monitors begin to be made; making them takes most of it.
const AHEAD: Duration = Duration::from_secs(240);
/// A start may be so late, in seconds; the shortest there is.
const LATE: u64 = 1;
/// The idle server is watched for so long.
const IDLE: Duration = Duration::from_secs(15);
/// Time between two counts of the incidents at least; later a twentieth of the time that has passed, so that counting
/// costs the server little.
const LOOK: Duration = Duration::from_millis(15);
/// All incidents have to be there after so long.
const PATIENCE: Duration = Duration::from_secs(600);

/// Builds what is shipped and measures it on both databases.
pub(super) fn run(root: &Path) -> Result<Report> {
    database::ensure_clients()?;
    let release = service::build(root, "release", &["crontopus-server", "crontopus-load"])?;
    let dir = service::scratch(root)?;
    let mut report = Report::new("overdue");
    measure(&release, dir.path(), &Database::sqlite(dir.path()), &mut report)?;
    let postgres = Postgres::start(Durability::Full)?;
    measure(&release, dir.path(), &Database::postgres(&postgres), &mut report)?;
    Ok(report)
}

fn measure(release: &Path, dir: &Path, database: &Database, report: &mut Report) -> Result<()> {
    let (name, arguments) = (database.name(), database.arguments());
    let due = (now() + AHEAD).as_secs() / 60 * 60 + 60;
    let (server, tenant) = service::start(release, dir, name, &arguments)?;
    let clone = dir.join(format!("{name}-clone"));
    fs::create_dir_all(clone.join("bench"))?;
    fs::write(clone.join("bench/due.yaml"), job("due", due))?;
    fs::write(clone.join("bench/armed.yaml"), job("armed", due + 6 * 3600))?;
    tenant.push(&clone, "Jobs")?;
    database.wait_for_armed(2)?;
    drop(server);

    step(format!("{name}: {} armed monitors, {DUE} of them due in the same second", ARMED + DUE));
    database.copy_monitor("due", DUE - 1)?;
    database.copy_monitor("armed", ARMED - 1)?;
    database.say("ANALYZE")?;
    let server = service::start_again(release, dir, name, &arguments)?;
    let deadline = Duration::from_secs(due + LATE);
    let rest = deadline.checked_sub(now() + IDLE + Duration::from_secs(3)).with_context(|| {
        format!("{name}: making the monitors took longer than {} s; the disk is too slow", AHEAD.as_secs())
    })?;
    std::thread::sleep(rest);
    step(format!("{name}: the idle server, {} s", IDLE.as_secs()));
    let before = usage::processor_time(server.process_id())?;
    std::thread::sleep(IDLE);
    let idle = (usage::processor_time(server.process_id())? - before).as_secs_f64() / IDLE.as_secs_f64();

    let mut count = Count::open(database)?;
    ensure!(count.incidents()? == 0, "{name}: there are incidents before the moment");
    step(format!("{name}: the moment"));
    let [first, tenth, all] = [1, u64::from(DUE) / 10, u64::from(DUE)].map(|wanted| -> Result<Duration> {
        loop {
            let found = count.incidents()?;
            // The server's clock is this machine's: committed and seen, after the deadline.
            let passed = now().saturating_sub(deadline);
            if found >= wanted {
                return Ok(passed);
            }
            ensure!(passed < PATIENCE, "{name}: {found} incidents after {} s", passed.as_secs());
            std::thread::sleep(LOOK.max(passed / 20));
        }
    });
    for (what, took, target) in [
        ("first incident committed".to_owned(), first?, 0.2),
        (format!("{} incidents committed", DUE / 10), tenth?, 0.5),
        (format!("{DUE} incidents committed"), all?, 5.0),
    ] {
        let took = took.as_secs_f64();
        report.add(Row {
            figure: format!("{name}: {what}, after the deadline"),
            measured: format!("{took:.2} s"),
            target: Some((format!("< {target} s"), took < target)),
            against: None,
        });
    }
    report.add(Row {
        figure: format!("{name}: processor of the idle server"),
        measured: format!("{:.1} % of a core", idle * 100.0),
        target: Some(("< 1 %".to_owned(), idle < 0.01)),
        against: None,
    });
    report.add(Row {
        figure: format!("{name}: resident memory of the server, peak"),
        measured: format!(
            "{:.0} MB",
            usage::peak_resident_kib(server.process_id()).unwrap_or(0) as f64 / 1024.0
        ),
        target: None,
        against: None,
    });
    Ok(())
}

/// A job that is due each day at that moment (seconds since 1970) and nobody starts.
fn job(name: &str, at: u64) -> String {
    let (minute, hour) = (at / 60 % 60, at / 3600 % 24);
    format!(
        "apiVersion: crontopus/v1\nkind: Job\nmetadata: {{name: {name}}}\nspec:\n  schedule: \"{minute} {hour} * * *\"\n  \
         timezone: UTC\n  startWindow: {{early: 0s, late: {LATE}s}}\n"
    )
}

/// A client that stays connected and counts.
struct Count {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Count {
    fn open(database: &Database) -> Result<Self> {
        let mut child = database
            .client()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start the database's client")?;
        let ask = child.stdin.take().context("the client has no input")?;
        let answers = BufReader::new(child.stdout.take().context("the client has no output")?);
        Ok(Self { child, ask, answers })
    }

    fn incidents(&mut self) -> Result<u64> {
        writeln!(self.ask, "SELECT count(*) FROM incidents;")?;
        self.ask.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        line.trim().parse().with_context(|| format!("the database's client said `{}`", line.trim()))
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        if let Err(error) = process::stop(&mut self.child, Signal::TERM, Duration::from_secs(5)) {
            warn(format!("the database's client (process {}) may still run: {error}", self.child.id()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_are_due_at_the_minute() {
        assert!(job("due", 1_700_000_040).contains("schedule: \"14 22 * * *\""));
    }
}
