//! Files small enough to read in one go, READMEs small enough for one page.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::File;

/// More lines than this need a reason in the allow list.
const MOST_LINES: usize = 600;
/// A crate's README is its front page, and one page only.
const MOST_README_LINES: usize = 80;
/// Where the reasons are.
const ALLOW: &str = "xtask/tidy-allow.txt";
/// Kinds of files that people write and read.
const HAND_WRITTEN: [&str; 9] = ["rs", "ts", "tsx", "js", "css", "sql", "sh", "py", "html"];

/// Complaints about oversized files, and about reasons that nothing needs any more.
pub(super) fn check(files: &[File], root: &Path) -> Result<Vec<String>> {
    let allow = std::fs::read_to_string(root.join(ALLOW)).with_context(|| format!("cannot read {ALLOW}"))?;
    let mut complaints = source_files(files, &allow);
    complaints.extend(readmes(files));
    Ok(complaints)
}

fn source_files(files: &[File], allow: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut reasons = BTreeMap::new();
    for line in allow.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (path, reason) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        if reason.trim().is_empty() {
            complaints.push(format!("{ALLOW}: {path} has no reason; say why it cannot be split"));
        }
        reasons.insert(path, false);
    }
    for file in files {
        let lines = file.text.as_ref().map_or(0, |text| text.lines().count());
        let is_ours = HAND_WRITTEN.contains(&file.extension()) && !file.is_generated() && !file.is_fixture();
        if !is_ours || lines <= MOST_LINES {
            continue;
        }
        match reasons.get_mut(file.shown().as_str()) {
            Some(needed) => *needed = true,
            None => complaints.push(format!(
                "{}: {lines} lines, at most {MOST_LINES}; split it by what a reader looks for",
                file.shown()
            )),
        }
    }
    for (path, _) in reasons.iter().filter(|(_, needed)| !**needed) {
        complaints.push(format!("{ALLOW}: {path} no longer needs its reason; remove the line"));
    }
    complaints
}

fn readmes(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    for manifest in files.iter().filter(|file| file.path.ends_with("Cargo.toml")) {
        let is_package = manifest.text.as_ref().is_some_and(|text| text.contains("[package]"));
        if !is_package || manifest.is_fixture() {
            continue;
        }
        let readme = manifest.path.with_file_name("README.md");
        match files.iter().find(|file| file.path == readme).and_then(|file| file.text.as_ref()) {
            None => complaints.push(format!(
                "{}: missing; say what the crate is, what it is not, and give one example",
                readme.display()
            )),
            Some(text) if text.lines().count() > MOST_README_LINES => complaints.push(format!(
                "{}: {} lines, at most {MOST_README_LINES}; move the details to the items they describe",
                readme.display(),
                text.lines().count()
            )),
            Some(_) => {}
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, lines: usize) -> File {
        File { path: path.into(), text: Some("x\n".repeat(lines)) }
    }

    #[test]
    fn long_files_need_a_reason_and_reasons_need_a_long_file() {
        let files = [file("a/src/long.rs", 601), file("b/src/tables.rs", 900), file("c/src/short.rs", 600)];
        let allow = "# comment\nb/src/tables.rs one table, one row a line\nc/src/short.rs once was long\n";
        insta::assert_snapshot!(source_files(&files, allow).join("\n"), @r"
        a/src/long.rs: 601 lines, at most 600; split it by what a reader looks for
        xtask/tidy-allow.txt: c/src/short.rs no longer needs its reason; remove the line
        ");
    }

    #[test]
    fn a_reason_must_say_something() {
        let complaints = source_files(&[file("a.rs", 601)], "a.rs\n");
        assert_eq!(complaints, ["xtask/tidy-allow.txt: a.rs has no reason; say why it cannot be split"]);
    }

    #[test]
    fn contracts_and_fixtures_may_be_long() {
        let files = [file("openapi/console.json", 9_000), file("a/tests/fixtures/all.sql", 9_000)];
        assert!(source_files(&files, "").is_empty());
    }

    #[test]
    fn every_crate_has_a_page() {
        let package = |path: &str| File { path: path.into(), text: Some("[package]\n".to_owned()) };
        let files = [
            package("a/Cargo.toml"),
            file("a/README.md", 81),
            package("b/Cargo.toml"),
            file("Cargo.toml", 1),
        ];
        insta::assert_snapshot!(readmes(&files).join("\n"), @r"
        a/README.md: 81 lines, at most 80; move the details to the items they describe
        b/README.md: missing; say what the crate is, what it is not, and give one example
        ");
    }
}
