//! `openapi`: the committed contracts, written by the server that serves them.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::progress::{fail, note, step};
use crate::{process, repository};

/// The name by which the server prints a document, and where it is committed.
const DOCUMENTS: [(&str, &str); 2] =
    [("console", "openapi/console.json"), ("agent", "openapi/agent/v1.json")];

/// What to do with the documents.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Only compare; a document that is not current is a failure
    #[arg(long)]
    check: bool,
}

/// Writes or checks every document.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = repository::root();
    let mut stale = Vec::new();
    for (name, path) in DOCUMENTS {
        let current = print(&root, name)?;
        let committed = std::fs::read_to_string(root.join(path)).unwrap_or_default();
        if committed == current {
            note(format!("{path} is current"));
        } else if options.check {
            stale.push(format!("{path} {}", first_difference(&committed, &current)));
        } else {
            write(&root.join(path), &current)?;
            note(format!("{path} written"));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(fail(
        stale.join("; "),
        "cargo xtask openapi, then commit the documents with the change that caused it",
    ))
}

fn print(root: &Path, name: &str) -> Result<String> {
    step(format!("asking the server for its `{name}` document"));
    let mut command = process::cargo();
    command.current_dir(root).args([
        "run",
        "--quiet",
        "--package",
        "crontopus-server",
        "--",
        "openapi",
        name,
    ]);
    let mut text = process::read(&mut command)
        .with_context(|| format!("`crontopus-server openapi {name}` does not print the document"))?;
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(text)
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn first_difference(committed: &str, current: &str) -> String {
    let line = committed.lines().zip(current.lines()).position(|(was, is)| was != is);
    match line {
        Some(index) => format!("differs from line {}", index + 1),
        None if committed.is_empty() => "is missing".to_owned(),
        None => "differs at its end".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_located() {
        let check = |committed, current, text: &str| assert_eq!(first_difference(committed, current), text);
        check("", "{}\n", "is missing");
        check("{\n1\n}\n", "{\n2\n}\n", "differs from line 2");
        check("{\n", "{\n}\n", "differs at its end");
    }
}
