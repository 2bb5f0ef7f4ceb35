//! Which files of a repository are manifests, and whose.

use crate::key::{DEFAULT_NAMESPACE, MAX_LABEL, is_dns_label};
use crate::names::as_dns_label;
use crate::quote::clip;

/// Why a path can hold no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathProblem {
    /// Empty, absolute, with `..`, control characters or the like.
    #[error("`{0}` is not a path inside a repository")]
    Unsafe(String),
    /// The first directory level is no namespace.
    #[error(
        "the directory `{directory}` cannot be a namespace: use a-z, 0-9 and `-` between them, at most {MAX_LABEL}"
    )]
    Namespace {
        /// Its name.
        directory: String,
        /// A name that would do.
        suggestion: Option<String>,
    },
}

/// Whether a file of the repository is a manifest: it ends in `.yaml` or `.yml`, and neither it nor a
/// directory above it begins with a dot.
pub fn is_manifest_path(path: &str) -> bool {
    let hidden = path.split('/').any(|part| part.starts_with('.') && part != "." && part != "..");
    !hidden && (path.ends_with(".yaml") || path.ends_with(".yml"))
}

/// The namespace of a file: its first directory level, or `default` at the root.
///
/// # Errors
/// When the path is not one inside a repository, or its directory is no namespace.
pub fn namespace_of(path: &str) -> Result<&str, PathProblem> {
    const LONGEST: usize = 1_024;
    let strange = |c: char| c.is_control() || matches!(c, '\\' | ':' | char::REPLACEMENT_CHARACTER);
    let bad_part = |part: &str| matches!(part, "" | "." | "..");
    if path.len() > LONGEST || path.contains(strange) || path.split('/').any(bad_part) {
        return Err(PathProblem::Unsafe(clip(path)));
    }
    match path.split_once('/') {
        None => Ok(DEFAULT_NAMESPACE),
        Some((directory, _)) if is_dns_label(directory) => Ok(directory),
        Some((directory, _)) => {
            Err(PathProblem::Namespace { directory: clip(directory), suggestion: as_dns_label(directory) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_visible_yaml() {
        for path in ["a.yaml", "production/a.yml", "production/db/a.yaml", "../a.yaml"] {
            assert!(is_manifest_path(path), "{path}");
        }
        for path in
            ["README.md", ".github/a.yaml", "a/.b/c.yaml", ".gitlab-ci.yml", "a.yaml.bak", "a.YAML", ""]
        {
            assert!(!is_manifest_path(path), "{path}");
        }
    }

    #[test]
    fn namespaces_are_first_directories() {
        assert_eq!(namespace_of("a.yaml"), Ok("default"));
        assert_eq!(namespace_of("production/a.yaml"), Ok("production"));
        assert_eq!(namespace_of("production/db/a.yaml"), Ok("production"));
        for bad in [
            "",
            "/a.yaml",
            "../a.yaml",
            "a/../b.yaml",
            "a//b.yaml",
            "./a.yaml",
            "a/\0.yaml",
            "a\\b.yaml",
            "C:/a.yaml",
            "a/\u{FFFD}.yaml",
            "a\n.yaml",
            "a/",
        ] {
            assert!(matches!(namespace_of(bad), Err(PathProblem::Unsafe(_))), "{bad:?}");
        }
        let PathProblem::Namespace { suggestion, .. } = namespace_of("Team A/a.yaml").unwrap_err() else {
            panic!("expected a namespace problem");
        };
        assert_eq!(suggestion.as_deref(), Some("team-a"));
    }
}
