//! What benches share that measure the service on both databases, one after the other.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::database::{self, Database};
use super::load::Load;
use super::report::Report;
use super::service;
use crate::postgres::{Durability, Postgres};

/// What is shipped, built, and a place to run it in.
pub(super) struct Rig {
    pub(super) load: Load,
    /// Where the built programs are.
    pub(super) release: PathBuf,
    pub(super) dir: PathBuf,
}

/// Builds what is shipped and lets `measure` add what it finds, on SQLite and then on a PostgreSQL that flushes.
pub(super) fn on_both(
    root: &Path,
    name: &'static str,
    measure: impl Fn(&Rig, &Database, &mut Report) -> Result<()>,
) -> Result<Report> {
    database::ensure_clients()?;
    let release = service::build(root, "release", &["crontopus-server", "crontopus-load"])?;
    let dir = service::scratch(root)?;
    let load = Load::new(release.join("crontopus-load"));
    let rig = Rig { load, release, dir: dir.path().to_path_buf() };
    let mut report = Report::new(name);
    measure(&rig, &Database::sqlite(&rig.dir), &mut report)?;
    let postgres = Postgres::start(Durability::Full)?;
    measure(&rig, &Database::postgres(&postgres), &mut report)?;
    Ok(report)
}
