//! Where reports wait when no agent keeps them.

use std::ffi::OsString;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// The usual directory of whoever runs this; none when there is no home either.
pub(super) fn usual(env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Some("/var/spool/crontopus".into());
    }
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("crontopus/spool"))
}

/// Makes the directory if need be. Reports name keys and addresses to send them to, hence nobody else may
/// write there.
pub(super) fn make(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let meta = fs::metadata(dir)?;
    let others = meta.uid() != rustix::process::geteuid().as_raw() || meta.mode() & 0o022 != 0;
    let problem = format!("{} is open to others", dir.display());
    if others { Err(io::Error::new(io::ErrorKind::PermissionDenied, problem)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn only_ones_own() {
        let dir = tempfile::tempdir().unwrap();
        let spool = dir.path().join("a/b");
        make(&spool).unwrap();
        assert_eq!(fs::metadata(&spool).unwrap().mode() & 0o777, 0o700);
        make(&spool).unwrap();
        fs::set_permissions(&spool, fs::Permissions::from_mode(0o777)).unwrap();
        assert!(make(&spool).unwrap_err().to_string().ends_with("is open to others"));
        fs::write(dir.path().join("file"), "").unwrap();
        assert!(make(&dir.path().join("file/x")).is_err());
    }
}
