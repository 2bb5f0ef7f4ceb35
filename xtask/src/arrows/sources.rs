//! Words in the sources that give away a forbidden use: a process started, the clock asked.
//!
//! Clippy bans the same calls by their resolved paths; this scan also sees code behind a `cfg` of another
//! platform, and `#[expect]` does not silence it.

use std::path::Path;

use anyhow::{Context as _, Result};

use super::Offence;
use super::rules::{Rules, Source};

/// Offences in the crate's `src` folder and build script.
pub(super) fn check(rules: &Rules, package: &str, folder: &Path, root: &Path) -> Result<Vec<Offence>> {
    let mut offences = Vec::new();
    let forbidden: Vec<&Source> =
        rules.sources.iter().filter(|source| !source.only.iter().any(|owner| owner == package)).collect();
    let mut waiting = vec![folder.join("src"), folder.join("build.rs")];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                waiting.push(entry?.path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && path.is_file() {
            let text =
                std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            offences.extend(scan(&forbidden, package, &shown, &text));
        }
    }
    Ok(offences)
}

fn scan(forbidden: &[&Source], package: &str, path: &str, text: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    if is_test_file(path) {
        return offences;
    }
    for (index, line) in product_lines(text) {
        for source in forbidden {
            if source.words.iter().any(|word| line.contains(word.as_str())) {
                offences.push(Offence {
                    what: format!("{path}:{} ({package}) {}: {}", index + 1, source.what, line.trim()),
                    remedy: source.remedy.clone(),
                });
            }
        }
    }
    offences
}

/// `src/tests.rs` and everything under a `tests` folder, modules that only exist under `cfg(test)`; `src/testing.rs`,
/// which exists under the feature of that name.
fn is_test_file(path: &str) -> bool {
    Path::new(path)
        .components()
        .filter_map(|component| component.as_os_str().to_str())
        .any(|name| matches!(name, "tests" | "tests.rs" | "testing.rs"))
}

/// The lines that are part of the product: no comments, and nothing from the test module on, which by habit
/// ends a file.
fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<&str> = text.lines().collect();
    let end = lines
        .windows(2)
        .position(|pair| {
            pair[0].trim_start().starts_with("#[cfg(test)]") && pair[1].trim_start().starts_with("mod ")
        })
        .unwrap_or(lines.len());
    lines.into_iter().enumerate().take(end).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_text(path: &str, text: &str, expected_lines: &[usize]) {
        let source = Source {
            what: "asks what time it is".to_owned(),
            words: vec!["Timestamp::now".to_owned()],
            only: vec![],
            remedy: String::new(),
        };
        let found = scan(&[&source], "a", path, text);
        let expected: Vec<String> = expected_lines.iter().map(|line| format!("{path}:{line} ")).collect();
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (offence, start) in found.iter().zip(expected) {
            assert!(offence.what.starts_with(&start), "{offence:?} should start with {start}");
        }
    }

    #[test]
    fn only_product_code_counts() {
        check_text("a/src/lib.rs", "let a = 1;\nlet now = jiff::Timestamp::now();\n", &[2]);
        check_text("a/src/lib.rs", "/// Never calls `Timestamp::now`.\n", &[]);
        check_text(
            "a/src/lib.rs",
            "Timestamp::now();\n#[cfg(test)]\nmod tests {\nTimestamp::now();\n}\n",
            &[1],
        );
        check_text("a/src/lib.rs", "#[cfg(test)]\nuse x::y;\nTimestamp::now();\n", &[3]);
        check_text("a/src/tests/zones.rs", "Timestamp::now();\n", &[]);
    }
}
