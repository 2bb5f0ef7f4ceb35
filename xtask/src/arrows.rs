//! `arrows`: the crates use each other, their libraries, processes and the clock only as `docs/arrows.toml` allows.

mod dependencies;
mod rules;
mod sources;

use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_metadata::{Metadata, MetadataCommand};

use crate::progress::{fail, note};
use crate::repository;
use rules::Rules;

/// The file that holds the allowed arrows, relative to the root.
const RULES: &str = "docs/arrows.toml";

/// Something that goes against the rules, and the way out.
#[derive(Debug, PartialEq, Eq)]
struct Offence {
    what: String,
    remedy: String,
}

/// Checks the workspace this task was built from.
pub(crate) fn run() -> Result<()> {
    let root = repository::root();
    let offences = check(&root)?;
    for Offence { what, remedy } in &offences {
        note(format!("{what}\n      remedy: {remedy}"));
    }
    match offences.len() {
        0 => Ok(()),
        n => Err(fail(
            format!("{n} arrow(s) that {RULES} does not allow"),
            "follow the remedies above; a new arrow changes the design and is argued for in its commit",
        )),
    }
}

fn check(root: &Path) -> Result<Vec<Offence>> {
    let text = std::fs::read_to_string(root.join(RULES)).with_context(|| format!("cannot read {RULES}"))?;
    let rules: Rules = toml::from_str(&text).with_context(|| format!("{RULES} is not as expected"))?;
    let workspace = workspace(root)?;
    let mut offences = dependencies::check(&rules, &workspace);
    for package in workspace.workspace_packages() {
        if let Some(folder) = package.manifest_path.parent() {
            offences.extend(sources::check(&rules, package.name.as_str(), folder.as_std_path(), root)?);
        }
    }
    Ok(offences)
}

/// The workspace's own packages with what their manifests declare; needs no network and no lock file.
fn workspace(root: &Path) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("`cargo metadata` failed; `cargo metadata --no-deps` shows why")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_follows_its_arrows() {
        assert_eq!(check(&repository::root()).unwrap(), Vec::new());
    }
}
