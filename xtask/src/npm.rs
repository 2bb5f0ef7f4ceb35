//! The console's packages and scripts, by way of `npm`.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::progress::{fail, step};

/// The oldest Node.js that builds the console.
const NODE: (u32, u32) = (20, 19);

/// Says what is missing to work on the console: Node.js, or one that is new enough.
pub(crate) fn ensure() -> Result<()> {
    let next = format!("install Node.js {}.{} or later, with npm", NODE.0, NODE.1);
    if process::find("npm").is_none() || process::find("node").is_none() {
        return Err(fail("Node.js with npm is not installed", next));
    }
    let version = process::read(process::command("node").arg("--version"))?;
    match parsed(&version) {
        Some(found) if found >= NODE => Ok(()),
        _ => Err(fail(format!("Node.js {} is too old", version.trim()), next)),
    }
}

/// Whether the packages in `package-lock.json` are there.
pub(crate) fn is_installed(root: &Path) -> bool {
    let written = |path: &str| root.join(path).metadata().and_then(|meta| meta.modified()).ok();
    let installed = written("node_modules/.package-lock.json");
    installed.is_some() && installed >= written("package-lock.json")
}

/// Installs the packages in `package-lock.json` when that changed since.
pub(crate) fn install(root: &Path) -> Result<()> {
    if is_installed(root) {
        return Ok(());
    }
    step("installing the console's packages");
    process::run(npm(root).args(["ci", "--no-audit", "--no-fund"]))
}

/// A script of `package.json`, not started yet.
pub(crate) fn script(root: &Path, name: &str) -> Command {
    let mut npm = npm(root);
    npm.args(["run", "--silent", name]);
    npm
}

fn npm(root: &Path) -> Command {
    let mut npm = process::command("npm");
    npm.current_dir(root);
    npm
}

/// Major and minor number of `v20.19.4`.
fn parsed(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(parsed("v20.19.4\n").unwrap() >= NODE);
        assert!(parsed("v22.3.0").unwrap() >= NODE);
        assert!(parsed("v20.9.0").unwrap() < NODE);
        assert!(parsed("v18.20.4").unwrap() < NODE);
        assert_eq!(parsed("nonsense"), None);
    }
}
