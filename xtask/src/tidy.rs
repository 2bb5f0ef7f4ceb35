//! `tidy`: what the compiler and the linters do not see. Sizes, names, READMEs, leftovers, whitespace, links.

mod links;
mod names;
mod sizes;
mod text;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::progress::{fail, note};
use crate::repository;

/// One file that belongs to the repository and its text; `None` when it is not UTF-8.
struct File {
    path: PathBuf,
    text: Option<String>,
}

impl File {
    fn shown(&self) -> String {
        self.path.display().to_string()
    }

    fn extension(&self) -> &str {
        self.path.extension().and_then(|extension| extension.to_str()).unwrap_or_default()
    }

    /// Data that tests read byte for byte; its whitespace, size and words are its own business.
    fn is_fixture(&self) -> bool {
        self.path
            .components()
            .filter_map(|component| component.as_os_str().to_str())
            .any(|name| matches!(name, "fixtures" | "vectors" | "testdata"))
    }

    /// Written by a program and checked by it: lock files, contracts, recorded snapshots.
    fn is_generated(&self) -> bool {
        let name = self.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        matches!(name, "Cargo.lock" | "package-lock.json" | "schema.d.ts" | "routeTree.gen.ts")
            || self.path.starts_with("openapi")
            || matches!(self.extension(), "snap" | "svg")
            || self.shown().contains("/generated/")
    }
}

/// Checks the repository this task was built from.
pub(crate) fn run() -> Result<()> {
    let complaints = check(&repository::root())?;
    for complaint in &complaints {
        note(complaint);
    }
    match complaints.len() {
        0 => Ok(()),
        n => Err(fail(format!("{n} thing(s) are not tidy"), "mend what is listed above; each line says how")),
    }
}

fn check(root: &Path) -> Result<Vec<String>> {
    let files = read(root)?;
    let mut complaints = sizes::check(&files, root)?;
    complaints.extend(names::check(&files));
    complaints.extend(text::check(&files));
    complaints.extend(links::check(&files, root));
    Ok(complaints)
}

fn read(root: &Path) -> Result<Vec<File>> {
    repository::files(root)?
        .into_iter()
        .map(|path| {
            let text = String::from_utf8(std::fs::read(root.join(&path))?).ok();
            Ok(File { path, text })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_repository_is_tidy() {
        let complaints = check(&repository::root()).unwrap();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}
