//! The console's own checks: what `npm` runs, and its stories in a real browser.

use anyhow::Result;

use super::steps::Surroundings;
use crate::progress::fail;
use crate::{npm, process, repository};

/// Types, lints, component tests, and the files to serve.
pub(super) fn check(here: &mut Surroundings) -> Result<()> {
    install(here)?;
    for script in ["check", "lint", "test", "build"] {
        process::run(&mut npm::script(here.root(), script))?;
    }
    Ok(())
}

/// The stories: the built server with the built console, in Chromium.
pub(super) fn stories(here: &mut Surroundings) -> Result<()> {
    install(here)?;
    let binaries = repository::target_dir(here.root())?.join("debug");
    process::run(npm::script(here.root(), "e2e").env("CRONTOPUS_BIN_DIR", binaries))
}

fn install(here: &Surroundings) -> Result<()> {
    npm::ensure()?;
    if !here.installs() && !npm::is_installed(here.root()) {
        return Err(fail("package-lock.json changed, and --fast installs nothing", "npm ci"));
    }
    npm::install(here.root())
}
