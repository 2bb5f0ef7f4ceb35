//! `bench overdue`: a million armed monitors, a hundred thousand of them due in the same second.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;

use super::report::{Report, Row};
use super::{service, usage};
use crate::debian::{self, Need};
use crate::postgres::{Durability, Postgres};
use crate::process;
use crate::progress::{step, warn};
use crate::server::{Server, Start};

/// Monitors that are due far in the future.
const ARMED: u32 = 900_000;
/// Monitors that are due at the same moment.
const DUE: u32 = 100_000;
/// The moment comes so long after the monitors begin to be made; making them takes most of it.
const AHEAD: Duration = Duration::from_secs(240);
/// The idle server is watched for so long.
const IDLE: Duration = Duration::from_secs(15);
/// How often the incidents are counted.
const LOOK: Duration = Duration::from_millis(15);
/// All incidents have to be there after so long.
const PATIENCE: Duration = Duration::from_secs(120);

/// Builds what is shipped and measures it on both databases.
pub(super) fn run(root: &Path) -> Result<Report> {
    debian::ensure(&[
        Need { program: "sqlite3", package: "sqlite3" },
        Need { program: "psql", package: "postgresql-client" },
    ])?;
    let release = service::build(root, "release", &["crontopus-server"])?;
    let dir = service::scratch(root)?;
    let mut report = Report::new("overdue");
    let sqlite = Database::Sqlite(dir.path().join("SQLite/crontopus.db"));
    measure(&release, dir.path(), "SQLite", &sqlite, &mut report)?;
    let postgres = Postgres::start(Durability::Full)?;
    measure(&release, dir.path(), "PostgreSQL", &Database::Postgres(postgres.url()), &mut report)?;
    Ok(report)
}

fn measure(release: &Path, dir: &Path, name: &str, database: &Database, report: &mut Report) -> Result<()> {
    let arguments = match database {
        Database::Sqlite(_) => Vec::new(),
        Database::Postgres(url) => vec!["--database".to_owned(), url.clone()],
    };
    let due = (now() + AHEAD).as_secs() / 60 * 60 + 60;
    let (server, tenant) = service::start(release, dir, name, &arguments)?;
    let clone = dir.join(format!("{name}-clone"));
    fs::create_dir_all(clone.join("bench"))?;
    fs::write(clone.join("bench/due.yaml"), job("due", due))?;
    fs::write(clone.join("bench/armed.yaml"), job("armed", due + 6 * 3600))?;
    tenant.push(&clone, "Jobs")?;
    wait_for_monitors(database)?;
    drop(server);

    step(format!("{name}: {} armed monitors, {DUE} of them due in the same second", ARMED + DUE));
    database.say(&copies(database, "due", DUE - 1))?;
    database.say(&copies(database, "armed", ARMED - 1))?;
    database.say("ANALYZE")?;
    let server = Server::start(&Start {
        program: &release.join("crontopus-server"),
        data: &dir.join(name),
        log: &dir.join(format!("{name}.log")),
        port: service::PORT,
        arguments: &arguments,
    })?;
    let due = Duration::from_secs(due);
    let rest = due.checked_sub(now() + IDLE + Duration::from_secs(3)).with_context(|| {
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
            let passed = now().saturating_sub(due);
            if found >= wanted {
                return Ok(passed);
            }
            ensure!(passed < PATIENCE, "{name}: {found} incidents after {} s", passed.as_secs());
            std::thread::sleep(LOOK);
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
         timezone: UTC\n  startWindow: {{early: 0s, late: 0s}}\n"
    )
}

/// Statements that copy the monitor of a job. Ids keep their form: the last eight characters are a number.
fn copies(database: &Database, name: &str, copies: u32) -> String {
    let (numbers, hex) = match database {
        Database::Sqlite(_) => (
            format!("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {copies})"),
            "printf('%08x', n)",
        ),
        Database::Postgres(_) => {
            (format!("WITH n(n) AS (SELECT generate_series(1, {copies}))"), "lpad(to_hex(n), 8, '0')")
        }
    };
    let with_number = |column: &str| format!("substr({column}, 1, length({column}) - 8) || {hex}");
    let (id, job_id, state_id) = (with_number("m.id"), with_number("m.job_id"), with_number("s.id"));
    format!(
        "INSERT INTO monitor_states (tenant_id, id, state, status, expected_at, deadline_at) {numbers} \
         SELECT s.tenant_id, {state_id}, s.state, s.status, s.expected_at, s.deadline_at \
         FROM n, monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id WHERE m.name = '{name}'; \
         INSERT INTO monitors (tenant_id, id, job_id, agent_id, namespace, name, host, spec, digest, revision, removed, \
         created_at, updated_at) {numbers} \
         SELECT m.tenant_id, {id}, {job_id}, m.agent_id, m.namespace, m.name || '-' || n, m.host, m.spec, m.digest, \
         m.revision, m.removed, m.created_at, m.updated_at FROM n, monitors m WHERE m.name = '{name}';"
    )
}

fn wait_for_monitors(database: &Database) -> Result<()> {
    for _ in 0..200 {
        let found = database.say("SELECT count(*) FROM monitor_states WHERE deadline_at IS NOT NULL")?;
        if found.trim() == "2" {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    anyhow::bail!("the pushed jobs have no armed monitors after 20 s")
}

/// Since 1970.
fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The database, beside the server.
enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Database {
    /// Its own client program, which prints bare values.
    fn client(&self) -> Command {
        match self {
            Self::Sqlite(file) => {
                let mut client = process::command("sqlite3");
                client.args(["-batch", "-cmd", ".timeout 10000"]).arg(file);
                client
            }
            Self::Postgres(url) => {
                let mut client = process::command("psql");
                client.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", url.as_str()]);
                client
            }
        }
    }

    /// What one statement prints.
    fn say(&self, statement: &str) -> Result<String> {
        let mut client = self.client();
        if matches!(self, Self::Postgres(_)) {
            client.arg("--command");
        }
        process::read(client.arg(statement))
    }
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
