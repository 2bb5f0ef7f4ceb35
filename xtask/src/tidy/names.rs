//! Names that say nothing: a helper lives by its user, or in a module named for what it does.

use super::File;

const VAGUE: [&str; 7] = ["util", "utils", "common", "helper", "helpers", "misc", "stuff"];

/// Complaints about files and folders of source code with such a name.
pub(super) fn check(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| matches!(file.extension(), "rs" | "ts" | "tsx"))
        .filter_map(|file| {
            let vague = file.path.iter().filter_map(|part| part.to_str()).find(|part| {
                let stem = part.split('.').next().unwrap_or(part);
                VAGUE.contains(&stem)
            })?;
            Some(format!(
                "{}: `{vague}` says nothing; name it for what it does or move it to its user",
                file.shown()
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vague_names_are_found_in_any_part_of_the_path() {
        let check_path = |path: &str, vague: bool| {
            let complaints = check(&[File { path: path.into(), text: None }]);
            assert_eq!(!complaints.is_empty(), vague, "{path}: {complaints:?}");
        };
        check_path("a/src/utils.rs", true);
        check_path("a/src/common/mod.rs", true);
        check_path("a/tests/helpers/server.rs", true);
        check_path("a/src/commonmark.rs", false);
        check_path("docs/misc/notes.md", false);
    }
}
