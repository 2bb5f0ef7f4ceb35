//! Files that are there whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::fail_points::reach;

/// Replaces `path` by `bytes` with `mode`: a temporary name that begins with a dot, flush, rename, flush
/// of the directory.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
    replace_owned(path, bytes, mode, None)
}

/// [`replace`] with an owner and a group, for files that belong to a job's user.
pub(crate) fn replace_owned(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    owner: Option<(u32, u32)>,
) -> anyhow::Result<()> {
    let dir = path.parent().context("a file is in a directory")?;
    let temporary = temporary(path)?;
    let write = || -> std::io::Result<()> {
        reach();
        match fs::remove_file(&temporary) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary)?;
        reach();
        file.write_all(bytes)?;
        reach();
        if let Some((uid, gid)) = owner {
            std::os::unix::fs::chown(&temporary, Some(uid), Some(gid))?;
        }
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.sync_all()?;
        reach();
        fs::rename(&temporary, path)?;
        reach();
        File::open(dir)?.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}

/// Where a file is while it is written.
pub(crate) fn temporary(path: &Path) -> anyhow::Result<PathBuf> {
    let name = path.file_name().context("a file has a name")?;
    Ok(path.with_file_name(format!(".{}.tmp", name.to_string_lossy())))
}

/// Makes a directory and what is above it; an existing one gets the mode too. One that is as it should be is not
/// touched, so that a disk that cannot be written does not matter.
pub(crate) fn directory(path: &Path, mode: u32) -> anyhow::Result<()> {
    if fs::metadata(path).is_ok_and(|meta| meta.is_dir() && meta.permissions().mode() & 0o7777 == mode) {
        return Ok(());
    }
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o711)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
        .with_context(|| format!("cannot make the directory {}", path.display()))
}

/// Removes a file; one that is not there is fine.
pub(crate) fn remove(path: &Path) -> anyhow::Result<()> {
    reach();
    match fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
