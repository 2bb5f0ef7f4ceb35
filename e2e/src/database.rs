use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, bail};

use crate::program;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An empty database on the PostgreSQL of the tests, whose address is in `CRONTOPUS_TEST_POSTGRES_URL`; gone when
/// dropped.
#[derive(Debug)]
pub struct Database {
    superuser: String,
    name: String,
}

impl Database {
    /// Makes one; `None`, with a word, where there is no PostgreSQL.
    #[expect(clippy::disallowed_methods, reason = "the stage is told where PostgreSQL is")]
    pub fn create() -> anyhow::Result<Option<Self>> {
        let Ok(superuser) = std::env::var("CRONTOPUS_TEST_POSTGRES_URL") else {
            println!("left out: CRONTOPUS_TEST_POSTGRES_URL is not set");
            return Ok(None);
        };
        let name = format!("story_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        psql(&superuser, &format!("CREATE DATABASE {name}"))?;
        Ok(Some(Self { superuser, name }))
    }

    /// Its address.
    pub fn url(&self) -> anyhow::Result<String> {
        let (address, parameters) = self.superuser.split_once('?').unwrap_or((&self.superuser, ""));
        let (server, _) = address.rsplit_once('/').context("the address names a database")?;
        Ok(format!("{server}/{}?{parameters}", self.name))
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = psql(&self.superuser, &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            println!("the database {} is left: {error:#}", self.name);
        }
    }
}

/// What a statement prints, without decoration.
pub(crate) fn psql(url: &str, statement: &str) -> anyhow::Result<String> {
    let found = postgres_programs().map(|dir| dir.join("psql")).filter(|path| path.exists());
    let mut psql = program(found.unwrap_or_else(|| "psql".into()));
    let done = psql
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", url])
        .args(["--command", statement])
        .output()?;
    if !done.status.success() {
        bail!("psql: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}

/// Where the newest PostgreSQL's programs are: Debian keeps them off the path.
pub(crate) fn postgres_programs() -> Option<PathBuf> {
    let dirs = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    dirs.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("postgres").exists()).max()
}
