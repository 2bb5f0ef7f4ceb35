//! Links in the documentation lead to files that exist.

use std::path::{Component, Path, PathBuf};

use super::File;

/// Complaints about relative links in Markdown files that lead nowhere, or out of the repository.
pub(super) fn check(files: &[File], root: &Path) -> Vec<String> {
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.extension() == "md" && !file.is_fixture()) {
        let Some(text) = &file.text else { continue };
        for (line, target) in links(text) {
            let folder = file.path.parent().unwrap_or(Path::new(""));
            let leads_somewhere = within(folder, &target).is_some_and(|path| root.join(path).exists());
            if !leads_somewhere {
                complaints
                    .push(format!("{}:{line}: the link to {target} leads nowhere; mend it", file.shown()));
            }
        }
    }
    complaints
}

/// Line numbers and paths of the inline links to files, without fragments; code blocks and web addresses apart.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        for after in line.split("](").skip(1) {
            let Some((target, _)) = after.split_once(')') else { continue };
            let path = target.split(['#', ' ']).next().unwrap_or_default();
            let is_elsewhere = path.contains("://") || path.starts_with("mailto:") || path.contains("::");
            if !path.is_empty() && !is_elsewhere {
                found.push((index + 1, path.to_owned()));
            }
        }
    }
    found
}

/// The target as a path from the root; `None` when it leaves the repository.
fn within(folder: &Path, target: &str) -> Option<PathBuf> {
    let mut path = folder.to_path_buf();
    for component in Path::new(target).components() {
        match component {
            Component::ParentDir => path.pop().then_some(())?,
            Component::Normal(part) => path.push(part),
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_files_are_found() {
        let text =
            "[a](docs/a.md#part) and [b](https://b.example) [c](#here)\n```\n[d](d.md)\n```\n![e](e.png)\n";
        assert_eq!(links(text), [(1, "docs/a.md".to_owned()), (5, "e.png".to_owned())]);
    }

    #[test]
    fn dead_links_are_named_with_their_line() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("there.md"), "").unwrap();
        let text = "[a](../there.md)\n[b](gone.md)\n[c](../../outside.md)\n";
        let file = File { path: "docs/index.md".into(), text: Some(text.to_owned()) };
        insta::assert_snapshot!(check(&[file], root.path()).join("\n"), @r"
        docs/index.md:2: the link to gone.md leads nowhere; mend it
        docs/index.md:3: the link to ../../outside.md leads nowhere; mend it
        ");
    }
}
