//! Where the repository is, and which files belong to it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::process;

/// The repository's root, independent of the directory the task was started in.
pub(crate) fn root() -> PathBuf {
    let manifest_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest_dir.parent().unwrap_or(manifest_dir).to_path_buf()
}

/// Paths, relative to the root, of all files that are committed or would be: what `.gitignore` names is left
/// out, and so is what was deleted but not yet committed.
pub(crate) fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let listed = process::read(process::command("git").current_dir(root).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--deduplicate",
    ]))
    .context("cannot list the repository's files")?;
    let mut files: Vec<PathBuf> =
        listed.split('\0').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    files.retain(|path| root.join(path).is_file());
    files.sort();
    Ok(files)
}

/// The directory cargo builds into, from `CARGO_TARGET_DIR` or the default.
pub(crate) fn target_dir(root: &Path) -> PathBuf {
    match process::environment("CARGO_TARGET_DIR") {
        Some(dir) => root.join(dir),
        None => root.join("target"),
    }
}
