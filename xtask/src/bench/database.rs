//! The server's database, spoken to beside the server: to fill it faster than the API could, and to count what is in
//! it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::debian::{self, Need};
use crate::postgres::Postgres;
use crate::process;

/// Where it is.
pub(super) enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

/// Makes sure that there are client programs of both.
pub(super) fn ensure_clients() -> Result<()> {
    debian::ensure(&[
        Need { program: "sqlite3", package: "sqlite3" },
        Need { program: "psql", package: "postgresql-client" },
    ])
}

/// Since 1970.
#[expect(clippy::disallowed_methods, reason = "the server's moments are held against this machine's clock")]
pub(super) fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Database {
    /// The SQLite file of a server whose data is in `dir/SQLite`.
    pub(super) fn sqlite(dir: &Path) -> Self {
        Self::Sqlite(dir.join("SQLite/crontopus.db"))
    }

    /// The maintenance database of a PostgreSQL that is here for this alone.
    pub(super) fn postgres(postgres: &Postgres) -> Self {
        Self::Postgres(postgres.url())
    }

    /// How it is called in reports; a server's data directory has the same name.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// What `serve` must be told.
    pub(super) fn arguments(&self) -> Vec<String> {
        match self {
            Self::Sqlite(_) => Vec::new(),
            Self::Postgres(url) => vec!["--database".to_owned(), url.clone()],
        }
    }

    /// Its own client program, which prints bare values and stops at an error.
    pub(super) fn client(&self) -> Command {
        match self {
            Self::Sqlite(file) => {
                let mut client = process::command("sqlite3");
                client.args(["-batch", "-bail", "-cmd", ".timeout 10000"]).arg(file);
                client
            }
            Self::Postgres(url) => {
                let mut client = process::command("psql");
                client.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
                client.args(["--set=ON_ERROR_STOP=1", url.as_str()]);
                client
            }
        }
    }

    /// What statements print.
    pub(super) fn say(&self, statements: &str) -> Result<String> {
        let mut client = self.client();
        if matches!(self, Self::Postgres(_)) {
            client.arg("--command");
        }
        Ok(process::read(client.arg(statements))?.trim().to_owned())
    }

    /// The number a statement asks for.
    pub(super) fn count(&self, statement: &str) -> Result<u64> {
        Ok(self.say(statement)?.parse()?)
    }

    /// Copies the monitor of the job of that name so often; the copies are called `<name>-1` and so on. Ids keep their
    /// form: the last eight characters are a number.
    pub(super) fn copy_monitor(&self, name: &str, copies: u32) -> Result<()> {
        self.say(&self.copies(name, copies)).map(drop)
    }

    fn copies(&self, name: &str, copies: u32) -> String {
        let (numbers, hex) = match self {
            Self::Sqlite(_) => (
                format!("WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {copies})"),
                "printf('%08x', n)",
            ),
            Self::Postgres(_) => {
                (format!("WITH n(n) AS (SELECT generate_series(1, {copies}))"), "lpad(to_hex(n), 8, '0')")
            }
        };
        let with_number = |column: &str| format!("substr({column}, 1, length({column}) - 8) || {hex}");
        let (id, job_id, state_id) = (with_number("m.id"), with_number("m.job_id"), with_number("s.id"));
        format!(
            "INSERT INTO monitor_states (tenant_id, id, state, status, expected_at, deadline_at) {numbers} \
             SELECT s.tenant_id, {state_id}, s.state, s.status, s.expected_at, s.deadline_at \
             FROM n, monitors m JOIN monitor_states s ON s.tenant_id = m.tenant_id AND s.id = m.id \
             WHERE m.name = '{name}'; \
             INSERT INTO monitors (tenant_id, id, job_id, agent_id, namespace, name, host, spec, digest, revision, \
             removed, created_at, updated_at) {numbers} \
             SELECT m.tenant_id, {id}, {job_id}, m.agent_id, m.namespace, m.name || '-' || n, m.host, m.spec, \
             m.digest, m.revision, m.removed, m.created_at, m.updated_at FROM n, monitors m WHERE m.name = '{name}';"
        )
    }

    /// Waits until so many monitors are armed.
    pub(super) fn wait_for_armed(&self, wanted: u64) -> Result<()> {
        for _ in 0..200 {
            if self.count("SELECT count(*) FROM monitor_states WHERE deadline_at IS NOT NULL")? == wanted {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        anyhow::bail!("the pushed jobs have no armed monitors after 20 s")
    }
}
