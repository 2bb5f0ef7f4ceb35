/// Longest path of a manifest, in bytes.
const LONGEST_PATH: usize = 1024;
/// Longest part of a path, in bytes: what file systems hold.
const LONGEST_NAME: usize = 255;

/// Why a path in a repository is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It is not UTF-8.
    #[error("the name is not UTF-8")]
    Utf8,
    /// It has a control character, a backslash or a NUL.
    #[error("the name has a control character or a backslash")]
    Character,
    /// A part of it is empty, `.` or `..`.
    #[error("a part of the path is empty, `.` or `..`")]
    Traversal,
    /// It is too long.
    #[error("the path is longer than {LONGEST_PATH} bytes, or a part of it than {LONGEST_NAME}")]
    Long,
}

/// Whether a path from the repository's root, with `/` between its parts, is one of a manifest: it ends in
/// `.yaml` or `.yml`, and nothing of it begins with a dot (such files configure other tools).
pub fn is_manifest_path(path: &str) -> bool {
    let ending = path.ends_with(".yaml") || path.ends_with(".yml");
    ending && path.split('/').all(|part| !part.starts_with('.'))
}

/// Refuses paths that mean something else on a file system than in Git.
pub fn check_path(path: &str) -> Result<(), PathError> {
    if path.len() > LONGEST_PATH {
        return Err(PathError::Long);
    }
    path.split('/').try_for_each(|name| check_name(name.as_bytes()).map(|_| ()))
}

/// One part of a path, as Git has it.
pub(crate) fn check_name(name: &[u8]) -> Result<&str, PathError> {
    let name = std::str::from_utf8(name).map_err(|_| PathError::Utf8)?;
    if matches!(name, "" | "." | "..") {
        return Err(PathError::Traversal);
    }
    if name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\')) {
        return Err(PathError::Character);
    }
    if name.len() > LONGEST_NAME {
        return Err(PathError::Long);
    }
    Ok(name)
}
