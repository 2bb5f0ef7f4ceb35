//! The console's own checks: what `npm` runs, and its stories in a real browser.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::steps::Surroundings;
use crate::progress::{fail, step};
use crate::{process, repository};

/// Types, lints, component tests, and the files to serve.
pub(super) fn check(here: &mut Surroundings) -> Result<()> {
    let root = here.root();
    install(here)?;
    for script in ["check", "lint", "test", "build"] {
        process::run(npm(root).args(["run", "--silent", script]))?;
    }
    Ok(())
}

/// The stories: the built server with the built console, in Chromium.
pub(super) fn stories(here: &mut Surroundings) -> Result<()> {
    let root = here.root();
    install(here)?;
    let binaries = repository::target_dir(root)?.join("debug");
    process::run(npm(root).args(["run", "--silent", "e2e"]).env("CRONTOPUS_BIN_DIR", binaries))
}

/// Whether the console can be checked without installing anything.
pub(super) fn is_installed(root: &Path) -> bool {
    root.join("node_modules/.package-lock.json").is_file()
}

/// Makes sure of the packages in `package-lock.json`: installed anew when that changed since.
fn install(here: &Surroundings) -> Result<()> {
    let root = here.root();
    if process::find("npm").is_none() {
        return Err(fail("npm is not installed", "install Node.js 20.19 or later, with npm"));
    }
    let written = |path: &str| root.join(path).metadata().and_then(|meta| meta.modified()).ok();
    let installed = written("node_modules/.package-lock.json");
    if installed.is_some() && installed >= written("package-lock.json") {
        return Ok(());
    }
    if !here.installs() {
        return Err(fail("package-lock.json changed, and --fast installs nothing", "npm ci"));
    }
    step("installing the console's packages");
    process::run(npm(root).args(["ci", "--no-audit", "--no-fund"]))
}

fn npm(root: &Path) -> Command {
    let mut npm = process::command("npm");
    npm.current_dir(root);
    npm
}
