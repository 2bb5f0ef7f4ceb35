//! `arrows`: the crates use each other, their libraries, processes and the clock only as `docs/arrows.toml` allows.

mod dependencies;
mod rules;
mod sources;

use std::path::Path;

use anyhow::{Context as _, Result};

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
    let workspace = repository::metadata(root)?;
    let mut offences = dependencies::check(&rules, &workspace);
    for package in workspace.workspace_packages() {
        if let Some(folder) = package.manifest_path.parent() {
            offences.extend(sources::check(&rules, package.name.as_str(), folder.as_std_path(), root)?);
        }
    }
    Ok(offences)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_follows_its_arrows() {
        assert_eq!(check(&repository::root()).unwrap(), Vec::new());
    }
}
