//! Where the repository is, and which files belong to it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use cargo_metadata::{Metadata, MetadataCommand};

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

/// The directory cargo builds into, wherever environment and settings put it.
pub(crate) fn target_dir(root: &Path) -> Result<PathBuf> {
    Ok(metadata(root)?.target_directory.into_std_path_buf())
}

/// The workspace's own packages with what their manifests declare; needs no network and no lock file.
pub(crate) fn metadata(root: &Path) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("`cargo metadata` failed; `cargo metadata --no-deps` shows why")
}
