use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::FailPoints;

/// Puts `bytes` at `path`, whole or not at all, through `temporary` in the same directory.
pub(crate) fn replace_file(
    path: &Path,
    temporary: &Path,
    bytes: &[u8],
    mode: u32,
    points: &FailPoints,
) -> io::Result<()> {
    write_new(temporary, bytes, mode, points)?;
    if let Err(error) = fs::rename(temporary, path) {
        // What failed is the rename; a temporary that stays is swept later.
        drop(fs::remove_file(temporary));
        return Err(error);
    }
    points.reach("renamed");
    Ok(())
}

/// A new file that is on disk when this returns. A leftover of an earlier crash is removed first.
pub(crate) fn write_new(path: &Path, bytes: &[u8], mode: u32, points: &FailPoints) -> io::Result<()> {
    remove_if_there(path)?;
    points.reach("before the temporary");
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    points.reach("created the temporary");
    let written = write_all(&mut file, bytes, mode, points);
    if written.is_err() {
        drop(fs::remove_file(path));
    }
    written
}

fn write_all(file: &mut File, bytes: &[u8], mode: u32, points: &FailPoints) -> io::Result<()> {
    let (half, rest) = bytes.split_at(bytes.len() / 2);
    file.write_all(half)?;
    points.reach("wrote half of the temporary");
    file.write_all(rest)?;
    points.reach("wrote the temporary");
    // The process's umask must not decide.
    file.set_permissions(fs::Permissions::from_mode(mode))?;
    file.sync_all()?;
    points.reach("synced the temporary");
    Ok(())
}

/// Makes renames and removals in `dir` durable.
pub(crate) fn sync_directory(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Removes a file that may be gone already.
pub(crate) fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
